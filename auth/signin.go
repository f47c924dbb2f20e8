package auth

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// entry is what a way to sign in has proved, in plain text.
type entry struct {
	Method string
	Level  int
	Proofs []Proof // rows that are taken with it

	// Who it is: a user who is known, or whoever owns the address, or else somebody
	// new. A new user without Proved has the address without owning it.
	UserID string
	Email  string // normalised
	Proved bool   // Email is theirs
	New    bool   // not whoever owns the address: when somebody does by now, it is [store.ErrConflict]
	Name   string // of somebody new
	NewID  string // of somebody new, where it was given away already

	Identity *identity
	NewKey   *passkey.Credential
	Passkey  *PasskeyUse
	Alert    personal.Text // of the letter, should the passkey have been copied

	Token string // of the session to be started; a new one when empty
}

// entered is what came of an entry.
type entered struct {
	Token    string
	Session  store.Row
	User     User
	Position int64
}

// enter is where all ways to sign in end: it finds or registers the user, recognises
// the device and starts a session, which the caller hands over with its cookie. Of many
// that race for one proof, or register one address, one commit wins and the others look
// again.
func (a *Auth) enter(w http.ResponseWriter, r *web.Request, e entry) (entered, error) {
	e.Token = cmp.Or(e.Token, newToken())
	device := a.deviceToken(r)
	const tries = 5
	for range tries {
		err := a.enterOnce(r, e, device)
		if isLostRace(err) && !e.New {
			continue
		}
		if isLostRace(err) {
			break
		}
		if err != nil {
			return entered{}, err
		}
		session, err := a.session(r.Context(), e.Token)
		if err == nil {
			a.rememberDevice(w, device)
		}
		return session, err
	}
	return entered{}, store.ErrConflict
}

// unrepeated is the context of a command that is not the request's own, so that to
// repeat the request is not to repeat the command: what it was decided on has changed.
func unrepeated(r *web.Request) context.Context {
	origin := store.OriginFrom(r.Context())
	origin.CommandID = ""
	return store.WithOrigin(r.Context(), origin)
}

// isLostRace reports whether another sign-in was faster: by the same proof, or the
// first one of the same address; or the user was erased. Looking again shows which.
func isLostRace(err error) bool {
	return errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrConflict) ||
		errors.Is(err, store.ErrStreamClosed) || errors.Is(err, personal.ErrErased)
}

func (a *Auth) enterOnce(r *web.Request, e entry, device string) error {
	command, key, err := a.subject(r.Context(), e)
	if err != nil {
		return err
	}
	command.Proved, command.Method, command.Level = e.Proved, e.Method, e.Level
	command.Proofs, command.Passkey, command.Alert = e.Proofs, e.Passkey, e.Alert
	command.Name = key.Seal("name", e.Name)
	command.TokenHash = hash(e.Token)
	if e.Identity != nil {
		command.Identity = a.sealIdentity(key, *e.Identity)
	}
	if e.NewKey != nil {
		added := newPasskey(*e.NewKey, key.Seal("passkey", deviceName(r)))
		command.NewKey = &added
	}
	return a.letIn(r, command, key, hash(device))
}

// letIn sends a sign-in that is assessed, and returns why it is refused if it is.
func (a *Auth) letIn(r *web.Request, s SignIn, key *personal.Key, device string) error {
	now, err := a.circumstances(r, device)
	if err != nil {
		return err
	}
	s.Device, s.Circumstances = now.sighting(key), now.seal(key)
	refusal, err := a.assess(r.Context(), &s, key, now)
	if err != nil {
		return err
	}
	if _, err = a.users.Send(unrepeated(r), s.UserID, s); err != nil || refusal == nil {
		return err
	}
	if err := a.countFailure(r.Context(), now.Network, s.UserID); err != nil {
		a.options.Logger.WarnContext(r.Context(), "a refused sign-in was not counted", "error", err)
	}
	return refusal
}

// isNew reports whether the sign-in registers its user.
func (s SignIn) isNew() bool { return s.Key.Key != "" }

// subject says whom an entry is about, and returns their key.
func (a *Auth) subject(ctx context.Context, e entry) (c SignIn, key *personal.Key, err error) {
	c.UserID = e.UserID
	if c.UserID == "" && e.Proved && !e.New {
		owner, err := a.rt.ClaimOwner(ctx, a.addressClaim(e.Email))
		if err != nil {
			return c, nil, err
		}
		c.UserID = owner.Key
	}
	if c.UserID == "" {
		c.UserID = cmp.Or(e.NewID, uuid.Must(uuid.NewV7()).String())
		key, c.Key = a.keys.Make(c.UserID)
	} else if key, err = a.keys.Of(ctx, c.UserID); err != nil {
		return c, nil, err
	} else if err = a.spend(ctx, limitProof, perAccount, c.UserID); err != nil {
		return c, nil, err
	}
	address := e.Email
	if address == "" {
		user, err := a.users.State(ctx, c.UserID)
		if err != nil {
			return c, nil, err
		}
		if address, err = key.Open("email", user.State.Address); err != nil {
			return c, nil, err
		}
	}
	c.Address = Address{Text: key.Seal("email", address), Claim: a.addressClaim(address)}
	return c, key, nil
}

// session finds the session of a token that was just made.
func (a *Auth) session(ctx context.Context, token string) (s entered, err error) {
	row, session, err := a.findSession(ctx, sessionKind, hash(token))
	if err != nil {
		return s, err
	}
	row.Expires = session.Ends // what browsers are told: how much it will be used is not known
	user, err := a.users.State(ctx, row.Owner)
	return entered{token, row, user.State, user.Position}, err
}

// answer sends the session as JSON and as a cookie.
func (a *Auth) answer(w http.ResponseWriter, r *web.Request, s entered) error {
	user, err := a.view(r.Context(), s.User)
	if err != nil {
		return err
	}
	a.setCookie(w, s.Token, s.Session.Expires)
	web.SetPosition(w, s.Position)
	return web.Reply(w, http.StatusOK, sessionView{s.Token, s.Session.Expires, user})
}
