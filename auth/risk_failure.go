package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// failure is an attempt to sign in that proved nothing.
type failure struct {
	Method string
	UserID string // whose way in was tried, when that is known
	Tried  string // otherwise what was tried: an address, a token, a passkey
	Err    error  // the refusal that it is answered with
}

// failed notes an attempt that proved nothing: with the network it came from, which
// may be trying many accounts, and with the user it was about. Errors that refuse
// nobody, such as of the database, are no failures. It is the caller's answer that
// counts, so what goes wrong here is logged only.
//
// Sign-ins that were refused for their risk were noted by [Auth.letIn].
//
// A known user costs a commit more than an unknown one. So give a UserID only where
// the request has shown something that nobody could guess.
func (a *Auth) failed(r *web.Request, f failure) {
	refusal, ok := errors.AsType[*store.Refusal](f.Err)
	if !ok || isRisk(refusal) || slices.Contains([]store.Kind{store.Conflict, store.RateLimited, store.Internal, store.Unavailable, store.Timeout}, refusal.Kind) {
		return
	}
	ctx := unrepeated(r)
	err := a.countFailure(ctx, network(r.Request), cmp.Or(f.UserID, f.Tried))
	if err == nil && f.UserID != "" {
		err = a.failLogin(ctx, r, f, refusal.Code)
	}
	if err != nil {
		a.options.Logger.WarnContext(ctx, "a failed sign-in was not noted", "method", f.Method, "error", err)
	}
}

func (a *Auth) failLogin(ctx context.Context, r *web.Request, f failure, reason string) error {
	key, err := a.keys.Of(ctx, f.UserID)
	if err != nil {
		return err
	}
	now, err := a.circumstances(r, hash(a.deviceToken(r)))
	if err != nil {
		return err
	}
	_, err = a.users.Send(ctx, f.UserID, FailLogin{Method: f.Method, Reason: reason, Circumstances: now.seal(key)})
	return err
}

const failingKind = "failing_network"

// failingRow is the data of the row of a network from which sign-ins fail. Neither
// the network nor the accounts can be learned from it.
type failingRow struct {
	Accounts map[string]time.Time `json:"accounts"` // when each failed last
}

// countFailure adds an account to those that failed from a network.
func (a *Auth) countFailure(ctx context.Context, network, account string) error {
	account = a.blind("failing account\x00" + account)[:16] // enough to tell them apart
	const tries = 10
	for range tries {
		row, failing, err := a.failing(ctx, network)
		if err != nil {
			return err
		}
		now := time.Now().UTC().Truncate(time.Second)
		if at, ok := failing.Accounts[account]; ok && now.Sub(at) < time.Minute {
			return nil // it was counted just now
		}
		failing.add(account, now)
		if row.Data, err = json.Marshal(failing); err != nil {
			return err
		}
		row.Expires = now.Add(risk.FailingWithin)
		write := store.Replace(row)
		if row.Revision == 0 {
			write = store.Insert(row)
		}
		if err := a.rt.Change(ctx, write); !errors.Is(err, store.ErrRow) {
			return err
		}
	}
	return store.ErrConflict
}

// add forgets the account that failed the longest ago when there are too many.
func (f *failingRow) add(account string, at time.Time) {
	put(&f.Accounts, account, at)
	if len(f.Accounts) > risk.MaxFailingAccounts {
		oldest := slices.MinFunc(slices.Sorted(maps.Keys(f.Accounts)), func(a, b string) int {
			return f.Accounts[a].Compare(f.Accounts[b])
		})
		delete(f.Accounts, oldest)
	}
}

// failing returns the accounts that failed from a network lately, and the row to
// write others to.
func (a *Auth) failing(ctx context.Context, network string) (row store.Row, f failingRow, err error) {
	key := a.blind("failing network\x00" + network)
	row, ok, err := a.rt.Row(ctx, failingKind, key)
	if err != nil {
		return row, f, err
	}
	if !ok {
		return store.Row{Kind: failingKind, Key: key}, f, nil
	}
	if err := json.Unmarshal(row.Data, &f); err != nil {
		return row, f, fmt.Errorf("auth: the row of a failing network is malformed: %w", err)
	}
	now := time.Now()
	maps.DeleteFunc(f.Accounts, func(_ string, at time.Time) bool { return now.Sub(at) >= risk.FailingWithin })
	return row, f, nil
}

func (a *Auth) failingAccounts(ctx context.Context, network string) (int, error) {
	_, f, err := a.failing(ctx, network)
	return len(f.Accounts), err
}
