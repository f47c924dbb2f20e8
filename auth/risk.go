package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Locator says where a network is, as a database of addresses does.
type Locator interface {
	// Locate returns nil for an address whose place is not known. An error is logged,
	// and the place is not known either. It has a second, after which ctx ends.
	Locate(ctx context.Context, address netip.Addr) (*risk.Place, error)
}

// Refusals of sign-ins that prove who is there and look like somebody else's. The
// proof is used up; the owner is told by mail.
var (
	ErrSignInRefused = store.Refuse(store.Forbidden, "sign_in_refused",
		"this does not look like your other sign-ins, so it was refused; use a passkey, or a device you have used before, or try again in an hour")
	ErrPasskeyRequired = store.Refuse(store.Forbidden, "step_up_required",
		"this does not look like your other sign-ins; sign in with a passkey instead").With("required_level", LevelStrong)
)

func isRisk(err error) bool {
	return errors.Is(err, ErrSignInRefused) || errors.Is(err, ErrPasskeyRequired)
}

// circumstances are what is known of who makes an attempt; sealed, they are part of its
// event.
type circumstances struct {
	Device          string      `json:"device,omitempty"` // hash of its cookie
	Agent           string      `json:"agent,omitempty"`  // "Firefox on Linux"
	Network         string      `json:"network,omitempty"`
	Place           *risk.Place `json:"place,omitempty"`
	FailingAccounts int         `json:"failing_accounts,omitempty"`
}

const circumstancesField = "circumstances"

func (a *Auth) circumstances(r *web.Request, device string) (circumstances, error) {
	from := network(r.Request)
	failing, err := a.failingAccounts(r.Context(), from)
	return circumstances{device, deviceName(r), from, a.place(r.Request), failing}, err
}

func (a *Auth) place(r *http.Request) *risk.Place {
	address := middleware.GetClientIPAddr(r.Context())
	if a.options.Locator == nil || !address.IsValid() {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	place, err := a.options.Locator.Locate(ctx, address)
	if err != nil {
		a.options.Logger.WarnContext(ctx, "a sign-in has no place, as the locator failed", "error", err)
		return nil
	}
	return place
}

func (c circumstances) seal(key *personal.Key) personal.Text {
	return sealJSON(key, circumstancesField, c)
}

// facts are an attempt as it is assessed.
func (c circumstances) facts(at time.Time, method string, ok bool) risk.Attempt {
	return risk.Attempt{
		At: at, Method: method, OK: ok, Device: c.Device,
		Agent: c.Agent, Network: c.Network, Place: c.Place, FailingAccounts: c.FailingAccounts,
	}
}

func openCircumstances(key *personal.Key, sealed personal.Text) (c circumstances, err error) {
	plain, err := key.Open(circumstancesField, sealed)
	if err != nil || plain == "" {
		return c, err
	}
	if err := json.Unmarshal([]byte(plain), &c); err != nil {
		return c, fmt.Errorf("auth: the circumstances of a sign-in are malformed: %w", err)
	}
	return c, nil
}

// history returns the user and what their state remembers of sign-ins; of somebody
// new, nothing.
func (a *Auth) history(ctx context.Context, s *SignIn, key *personal.Key) (u User, attempts []risk.Attempt, err error) {
	if s.isNew() {
		return u, nil, nil
	}
	user, err := a.users.State(ctx, s.UserID)
	if err != nil {
		return u, nil, err
	}
	for _, past := range user.State.Attempts {
		c, err := openCircumstances(key, past.Circumstances)
		if err != nil {
			return u, nil, err
		}
		attempts = append(attempts, c.facts(past.At, past.Method, past.OK))
	}
	return user.State, attempts, nil
}

// assess adds to a sign-in what is thought of its circumstances, and returns the refusal
// that the reducer will come to, if any.
func (a *Auth) assess(ctx context.Context, s *SignIn, key *personal.Key, now circumstances) (refusal *store.Refusal, err error) {
	user, known, err := a.history(ctx, s, key)
	if err != nil {
		return nil, err
	}
	found := a.options.Risk.Assess(known, now.facts(time.Now().UTC(), s.Method, true))
	s.Risk = Risk{Score: found.Score, Level: string(found.Level), Response: string(found.Response)}
	tells := letter{Device: now.Agent, Place: now.where()}
	for _, f := range found.Factors {
		s.Risk.Factors = append(s.Risk.Factors, f.Name)
		tells.Reasons = append(tells.Reasons, f.Says)
	}
	if refusal = user.refusal(*s); refusal != nil {
		tells.Reasons = append(tells.Reasons, "So the sign-in was refused, and nobody was let in.")
	}
	s.Warning = sealJSON(key, "notice", tells)
	return refusal, nil
}
