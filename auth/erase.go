package auth

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Farewell is the durable effect that tells somebody that their account is gone. Their
// key is gone too, so what it holds is sealed under that of the servers, and is deleted
// with the effect.
type Farewell struct {
	To string
	At time.Time
}

// EffectName names the effect.
func (Farewell) EffectName() string { return "auth.farewell" }

// deleteAccount answers 204 once the account is gone. Another change at the same time,
// such as a new address, makes it look again.
func (a *Auth) deleteAccount(w http.ResponseWriter, r *web.Request) error {
	const tries = 5
	for range tries {
		command, err := a.eraseOf(r.Context(), r.Actor().ID)
		if err != nil {
			return err
		}
		receipt, err := a.users.Send(r.Context(), r.Actor().ID, command)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		a.setCookie(w, "", time.Time{})
		web.SetPosition(w, receipt.Position)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return store.ErrConflict
}

func (a *Auth) eraseOf(ctx context.Context, id string) (command Erase, err error) {
	user, key, err := a.person(ctx, id)
	if err != nil {
		return command, err
	}
	address, err := key.Open("email", user.Address)
	if err != nil {
		return command, err
	}
	command.Address = Address{Text: user.Address, Claim: a.addressClaim(address)}
	command.Farewell = a.ring.Seal(farewellContext, []byte(address))
	for _, provider := range slices.Sorted(maps.Keys(user.Identities)) {
		unlink, err := a.unlinking(ctx, id, provider)
		if err != nil {
			return command, err
		}
		command.Identities = append(command.Identities, unlink)
	}
	return command, nil
}

const farewellContext = "auth.farewell"

// sayFarewell carries out the effect.
func (a *Auth) sayFarewell(ctx context.Context, f Farewell, id store.Key) (store.None, error) {
	to, err := a.ring.Open(farewellContext, f.To)
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	return store.None{}, a.send(ctx, id, string(to), "account_deleted", letter{At: f.At})
}
