package auth

import (
	"strings"
	"time"

	"github.com/composable-go/composable/store"
)

// Refusals of linking and unlinking.
var (
	ErrAlreadyLinked = store.Refuse(store.Conflict, "already_linked", "another account at this provider is linked; unlink it first")
	ErrNotLinked     = store.Refuse(store.NotFound, "not_linked", "no account at this provider is linked")
	errLastWayIn     = store.Refuse(store.Conflict, "last_way_in", "this is the only way to sign in; add another one first")
)

// link makes an account at a provider a way to sign in. Its owner is told, unless they
// are signing up with it.
func (u *User) link(i Identity, now time.Time) (store.Effects, error) {
	if _, linked := u.Identities[i.Provider]; linked {
		return nil, ErrAlreadyLinked
	}
	effects := store.Effects{store.Claim(i.Claim), store.Record(IdentityLinked{Provider: i.Provider, Account: i.Account})}
	if u.ID != "" && u.Address != "" {
		effects = append(effects, Notice{Kind: "identity_linked", User: u.ID, To: u.Address, Details: i.Notice, At: now})
	}
	return effects, nil
}

// unlink takes it away, with the tokens of the provider.
func (u *User) unlink(a UnlinkIdentity) (store.Effects, error) {
	if _, linked := u.Identities[a.Provider]; !linked {
		return nil, ErrNotLinked
	}
	if u.waysIn() < 2 {
		return nil, errLastWayIn
	}
	effects := store.Effects{store.Release(a.Claim), store.Record(IdentityUnlinked{Provider: a.Provider})}
	effects = append(effects, u.forgetToken(a.Provider)...)
	if a.Token != "" {
		effects = append(effects, RevokeToken{User: u.ID, Provider: a.Provider, Sealed: a.Token})
	}
	return effects, nil
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
