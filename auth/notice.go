package auth

import (
	"context"
	"errors"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// Notice is the durable effect that tells a user by mail what has happened to their
// account. What it holds is sealed under the user's key; a user who was erased gets no
// more of them.
type Notice struct {
	Kind    string // "new_device", …
	User    string
	To      personal.Text // "email"
	Details personal.Text // "notice": what the letter tells besides, as JSON
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
	return store.None{}, deliver(ctx, a.sender, email.Message{
		ID: string(id), From: a.from, To: []string{to}, Subject: a.app + ": " + n.Kind, Text: n.Kind,
	})
}
