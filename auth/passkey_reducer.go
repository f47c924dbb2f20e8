package auth

import "github.com/composable-go/composable/store"

// addPasskey makes a passkey a way to sign in.
func (u *User) addPasskey(p NewPasskey) (store.Effects, error) {
	return store.Effects{store.Claim("passkey:" + p.ID), store.Record(PasskeyRegistered{Passkey: p})}, nil
}

// usePasskey notes what a passkey said of itself.
func (u *User) usePasskey(p PasskeyUse) (store.Effects, error) {
	return store.Effects{store.Record(PasskeyUsed(p))}, nil
}
