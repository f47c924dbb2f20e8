package auth

import (
	"strings"

	"github.com/composable-go/composable/store"
)

// Refusals of linking and unlinking.
var (
	ErrAlreadyLinked = store.Refuse(store.Conflict, "already_linked", "another account at this provider is linked; unlink it first")
	ErrNotLinked     = store.Refuse(store.NotFound, "not_linked", "no account at this provider is linked")
)

// link makes an account at a provider a way to sign in. Its owner is told, unless they
// are signing up with it.
func (u *User) link(i Identity, env store.Env) (store.Effects, error) {
	if _, linked := u.Identities[i.Provider]; linked {
		return nil, ErrAlreadyLinked
	}
	effects := store.Effects{store.Claim(i.Claim), store.Record(IdentityLinked{Provider: i.Provider, Account: i.Account})}
	return append(effects, u.tell("identity_linked", i.Notice, env)...), nil
}

// unlink takes it away, with the tokens of the provider.
func (u *User) unlink(a UnlinkIdentity) (store.Effects, error) {
	if _, linked := u.Identities[a.Provider]; !linked {
		return nil, ErrNotLinked
	}
	if u.waysIn() < 2 {
		return nil, ErrLastWayIn
	}
	return append(u.letGo(a), store.Record(IdentityUnlinked{Provider: a.Provider})), nil
}

// letGo gives up all that there is because of an account at a provider.
func (u *User) letGo(a UnlinkIdentity) store.Effects {
	effects := append(store.Effects{store.Release(a.Claim)}, u.forgetToken(a.Provider)...)
	if a.Token != "" {
		effects = append(effects, RevokeToken{User: u.ID, Provider: a.Provider, Sealed: a.Token})
	}
	return effects
}

// waysIn counts the ways in which the user can sign in.
func (u *User) waysIn() int {
	n := len(u.Passkeys) + len(u.Identities)
	if u.EmailVerified {
		n++
	}
	return n
}

// linkedStill refuses a sign-in by an account that was unlinked since it was looked up.
func (u *User) linkedStill(a SignIn) error {
	provider, ok := strings.CutPrefix(a.Method, oauthMethod)
	if !ok || a.Identity != nil {
		return nil
	}
	if _, linked := u.Identities[provider]; !linked {
		return store.ErrConflict
	}
	return nil
}
