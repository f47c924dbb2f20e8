package auth

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

// Notice is the durable effect that tells a user by mail what has happened to their
// account. What it holds is sealed under the user's key; a user who was erased gets no
// more of them.
type Notice struct {
	Kind    string // of letter: "new_device", "passkey_added", …
	User    string
	To      personal.Text // "email"
	Details personal.Text // "notice": what the letter tells, JSON of a letter
	At      time.Time
}

// EffectName names the effect.
func (Notice) EffectName() string { return "auth.notice" }

// notify carries out the effect.
func (a *Auth) notify(ctx context.Context, n Notice, id store.Key) (store.None, error) {
	key, err := a.keys.Of(ctx, n.User)
	if errors.Is(err, personal.ErrErased) {
		return store.None{}, nil
	}
	if err != nil {
		return store.None{}, err
	}
	to, err := key.Open("email", n.To)
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	details, err := key.Open("notice", n.Details)
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	l := letter{}
	if details != "" {
		if err := json.Unmarshal([]byte(details), &l); err != nil {
			return store.None{}, store.Permanent(err)
		}
	}
	l.At = n.At
	return store.None{}, a.send(ctx, id, to, n.Kind, l)
}
