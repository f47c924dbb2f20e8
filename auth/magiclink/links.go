package magiclink

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// ErrInvalidToken is the answer to a token that was used, has expired or never
// was.
var ErrInvalidToken = store.Refuse(store.BadRequest, "invalid_token", "this sign-in link was used already or has expired; ask for a new one")

// Options of [New]. All are required.
type Options struct {
	Key     []byte        // of the tokens' HMAC, 32 random bytes, the same on every node
	Life    time.Duration // how long a link works
	Address string        // of the page that a link opens; the token is added to it
	App     string        // name of the application, for the mail
	From    string        // sender of the mail
	Sender  email.Sender
}

// Links makes links and finds them again.
type Links struct {
	options Options
	rt      *store.Runtime
	store   *store.Store[State, Action]
}

// New adds the links' store and the handler of their mails to the runtime.
func New(rt *store.Runtime, o Options) *Links {
	l := &Links{options: o, rt: rt, store: store.New(rt, "magic_link", Reducer{Key: o.Key, Life: o.Life})}
	// Patient: a mail that is late is better than none, until its link expires.
	store.Handle(rt, l.deliver, store.Retry{Max: 30, Base: time.Second, Cap: time.Minute})
	return l
}

// Request has a link mailed.
func (l *Links) Request(ctx context.Context, request Request) error {
	_, err := l.store.Send(ctx, request.Nonce, request)
	return err
}

// Find returns the link of a token that can be used now, else
// [ErrInvalidToken]. It changes nothing.
func (l *Links) Find(ctx context.Context, token string) (Link, error) {
	kind, key := Proof(token)
	row, ok, err := l.rt.Row(ctx, kind, key)
	if err != nil {
		return Link{}, err
	}
	if !ok {
		return Link{}, ErrInvalidToken
	}
	var link Link
	if err := json.Unmarshal(row.Data, &link); err != nil {
		return Link{}, fmt.Errorf("magiclink: the row of a link is malformed: %w", err)
	}
	return link, nil
}
