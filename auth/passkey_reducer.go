package auth

import (
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

// Refusals about passkeys.
var (
	ErrNoPasskey    = store.Refuse(store.NotFound, "not_found", "there is no such passkey")
	ErrLastWayIn    = store.Refuse(store.Conflict, "last_way_in", "this is the last way into your account; add another one first")
	ErrRollback     = store.Refuse(store.Forbidden, "counter_rollback", "this passkey may have been copied; sign in another way and remove it")
	ErrNoPasskeys   = store.Refuse(store.Conflict, "no_passkey", "add a passkey first")
	ErrOtherAccount = store.Refuse(store.BadRequest, "other_account", "this passkey belongs to another account than the address")
)

// addPasskey makes a passkey a way to sign in. The claim keeps one credential from
// being two users'.
func (u *User) addPasskey(p NewPasskey) (store.Effects, error) {
	if _, added := u.Passkeys[p.ID]; added {
		return nil, store.ErrTaken
	}
	return store.Effects{store.Claim(passkeyClaim(p.ID)), store.Record(PasskeyRegistered{Passkey: p})}, nil
}

// passkeyClaim is the unique name that makes a credential belong to one user.
func passkeyClaim(id string) string { return "passkey:" + id }

func (u *User) addAnotherPasskey(a AddPasskey, env store.Env) (store.Effects, error) {
	added, err := u.addPasskey(a.Passkey)
	if err != nil {
		return nil, err
	}
	effects := append(store.Effects{store.Take(a.Proof.Kind, a.Proof.Key)}, added...)
	return append(effects, u.tell("passkey_added", a.Details, env)...), nil
}

func (u *User) renamePasskey(a RenamePasskey) (store.Effects, error) {
	switch p, ok := u.Passkeys[a.ID]; {
	case !ok:
		return nil, ErrNoPasskey
	case p.Name == a.Name:
		return nil, nil
	}
	return store.Effects{store.Record(PasskeyRenamed(a))}, nil
}

// removePasskey leaves a way in: who owns an address gets a link by mail.
func (u *User) removePasskey(a RemovePasskey, env store.Env) (store.Effects, error) {
	if _, ok := u.Passkeys[a.ID]; !ok {
		return nil, ErrNoPasskey
	}
	if u.waysIn() < 2 {
		return nil, ErrLastWayIn
	}
	effects := store.Effects{store.Release(passkeyClaim(a.ID)), store.Record(PasskeyRevoked{ID: a.ID})}
	return append(effects, u.tell("passkey_removed", a.Details, env)...), nil
}

// usePasskey notes what a passkey said of itself, and reports whether to believe it.
// One that counts backwards may have been copied, and is not believed. But one that has
// stopped counting has more likely been moved to a synced keychain, where all count 0.
func (r Reducer) usePasskey(u *User, p PasskeyUse, alert personal.Text, env store.Env) (effects store.Effects, ok bool, err error) {
	known, ok := u.Passkeys[p.ID]
	if !ok {
		return nil, false, passkey.ErrUnknown
	}
	used := store.Record(PasskeyUsed(p))
	if known.SignCount == 0 || p.SignCount > known.SignCount {
		return store.Effects{used}, true, nil
	}
	effects = store.Effects{store.Record(CounterRollbackDetected{ID: p.ID, Stored: known.SignCount, Received: p.SignCount})}
	effects = append(effects, u.tell("security_alert", alert, env)...)
	if p.SignCount > 0 && !r.InsecureAllowCounterRollback {
		return effects, false, nil
	}
	return append(effects, used), true, nil
}

// tell has a letter sent to the user, if the address is theirs.
func (u *User) tell(kind string, details personal.Text, env store.Env) store.Effects {
	if !u.EmailVerified {
		return nil
	}
	return store.Effects{Notice{Kind: kind, User: u.ID, To: u.Address, Details: details, At: env.Now}}
}
