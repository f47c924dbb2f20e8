package auth

import (
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

// freshness is how long ago somebody may have proved who they are to delete their
// account.
const freshness = 10 * time.Minute

// errNotFresh refuses what a session that was left open must not be able to do. Its
// detail required_level says which proof is missing: who has a passkey shows it.
var errNotFresh = store.Refuse(store.Forbidden, "step_up_required",
	"prove again that it is you: confirm with your passkey, or sign in anew if you have none, then repeat this within %d minutes",
	int(freshness.Minutes()))

// erase ends the account. With the user's key goes all that the log says about a person;
// what stays are facts about nobody.
func (u *User) erase(a Erase, env store.Env) (store.Effects, error) {
	switch {
	case !u.provedLately(env):
		return nil, errNotFresh.With("required_level", u.highestLevel())
	case u.Address != a.Address.Text || len(u.Identities) != len(a.Identities):
		return nil, store.ErrConflict // the account has changed since it was looked up
	}
	ended, err := u.revoke(slices.Sorted(maps.Keys(u.Sessions))...)
	if err != nil {
		return nil, err
	}
	effects := append(ended, store.Release(a.Address.Claim), personal.Forget(u.ID))
	for _, identity := range a.Identities {
		effects = append(effects, u.letGo(identity)...)
	}
	for _, id := range slices.Sorted(maps.Keys(u.Passkeys)) {
		effects = append(effects, store.Release("passkey:"+id))
	}
	if u.EmailVerified {
		effects = append(effects, Farewell{To: a.Farewell, At: env.Now})
	}
	return append(effects, store.Record(UserErased{ID: u.ID}), store.Close()), nil
}

// provedLately reports whether the actor proved a short while ago who they are, in the
// best way they have: by a passkey, or else by signing in.
func (u *User) provedLately(env store.Env) bool {
	session, ok := u.Sessions[env.Actor.Session]
	signedIn := u.highestLevel() == LevelBasic && env.Now.Sub(session.StartedAt) <= freshness
	return ok && (signedIn || env.Now.Before(session.RaisedUntil))
}

// highestLevel is what the user's ways to sign in can make of a session.
func (u *User) highestLevel() int {
	if len(u.Passkeys) > 0 {
		return LevelStrong
	}
	return LevelBasic
}
