package auth

import "github.com/composable-go/composable/store"

// link makes an account at a provider a way to sign in.
func (u *User) link(i Identity) (store.Effects, error) {
	return store.Effects{store.Claim(i.Claim), store.Record(IdentityLinked{Provider: i.Provider, Account: i.Account})}, nil
}
