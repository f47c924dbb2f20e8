package auth

import (
	"maps"
	"slices"

	"github.com/composable-go/composable/store"
)

// changeAddress makes an address the user's that they have just proved: another one, or
// for the first time that which they signed up with.
func (u *User) changeAddress(a ChangeAddress, env store.Env) (store.Effects, error) {
	if u.Address != a.From.Text {
		return nil, store.ErrConflict // it has changed since it was looked up
	}
	effects := store.Effects{store.Take(a.Proof.Kind, a.Proof.Key), store.Claim(a.To.Claim)}
	if a.To.Text == u.Address {
		if u.EmailVerified {
			return effects, nil
		}
		return append(effects, store.Record(EmailVerified{Address: a.To.Text})), nil
	}
	effects = append(effects, store.Record(EmailChanged{Address: a.To.Text}))
	if u.EmailVerified {
		effects = append(effects, store.Release(a.From.Claim))
	}
	effects = append(effects, u.tell("address_changed", "", env)...) // the old address
	if !a.EndSessions {
		return effects, nil
	}
	ended, err := u.revoke(slices.Sorted(maps.Keys(u.Sessions))...)
	return append(effects, ended...), err
}
