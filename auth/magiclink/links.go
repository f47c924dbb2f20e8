package magiclink

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/store"
)

// ErrInvalidToken is the answer to a token that was used, has expired, was replaced by
// a newer one, or never was.
var ErrInvalidToken = store.Refuse(store.BadRequest, "invalid_token", "this link was used already, has expired or was replaced by a newer one; ask for a new one")

// Options of [New]. All are required.
type Options struct {
	Key  []byte        // of all HMACs, 32 random bytes, the same on every node
	Ring *seal.Ring    // seals what links say
	Life time.Duration // how long a link works

	// Send mails the token to the link's address. An error is tried again until the link
	// expires, unless it is [store.Permanent]. The same key means the same mail.
	Send func(ctx context.Context, link Link, token string, key store.Key) error
}

// Links makes links and finds them again.
type Links struct {
	options Options
	rt      *store.Runtime
	store   *store.Store[State, Action]
}

// New adds the links' store and the handler of their mails to the runtime.
func New(rt *store.Runtime, o Options) *Links {
	l := &Links{options: o, rt: rt, store: store.New(rt, "magic_link", Reducer{Life: o.Life})}
	// Patient: a mail that is late is better than none, until its link expires.
	store.Handle(rt, l.deliver, store.Retry{Max: 30, Base: time.Second, Cap: time.Minute})
	return l
}

// Request has a link mailed; those mailed before to this address for this purpose are
// worth nothing from then on. The cookie is for the browser that asks: it shows that a
// link was asked for there (see [Link.AskedBy]) and lets a code be typed there (see
// [Links.FindByCode]).
func (l *Links) Request(ctx context.Context, request Request) (cookie string, err error) {
	content, err := json.Marshal(request)
	if err != nil {
		return "", err
	}
	link, err := l.link(content)
	if err != nil {
		return "", err
	}
	issue := Issue{Subject: l.subject(request)}
	_, issue.Key = link.Proof()
	issue.Sealed = l.options.Ring.Seal(rowKind+":"+issue.Key, content)
	_, err = l.store.Send(ctx, request.ID, issue)
	return issue.Subject + "." + link.secrets.of("browser"), err
}

func splitCookie(cookie string) (subject, secret string) {
	subject, secret, _ = strings.Cut(cookie, ".")
	return subject, secret
}

// Find returns the link of a token that can be used now for the purpose, else
// [ErrInvalidToken]. It changes nothing.
func (l *Links) Find(ctx context.Context, purpose, token string) (Link, error) {
	link, err := l.read(ctx, hash(token))
	if err != nil {
		return Link{}, err
	}
	if link.Purpose != purpose {
		return Link{}, ErrInvalidToken
	}
	_, latest, err := l.latest(ctx, l.subject(link.Request))
	if err != nil {
		return Link{}, err
	}
	if _, key := link.Proof(); key != latest.Key {
		return Link{}, ErrInvalidToken
	}
	return link, nil
}

// read returns what the row of a link says, whether it is the live one or not.
func (l *Links) read(ctx context.Context, key string) (Link, error) {
	row, ok, err := l.rt.Row(ctx, rowKind, key)
	if err != nil {
		return Link{}, err
	}
	if !ok {
		return Link{}, ErrInvalidToken
	}
	var sealed string
	if err := json.Unmarshal(row.Data, &sealed); err != nil {
		return Link{}, fmt.Errorf("magiclink: the row of a link is malformed: %w", err)
	}
	return l.open(key, sealed)
}

func (l *Links) open(key, sealed string) (Link, error) {
	content, err := l.options.Ring.Open(rowKind+":"+key, sealed)
	if err != nil {
		return Link{}, fmt.Errorf("magiclink: a link cannot be opened: %w", err)
	}
	return l.link(content)
}

// latest returns which link lives for a subject, and the row that says so.
func (l *Links) latest(ctx context.Context, subject string) (store.Row, live, error) {
	row, ok, err := l.rt.Row(ctx, liveKind, subject)
	if err != nil {
		return row, live{}, err
	}
	if !ok {
		return row, live{}, ErrInvalidToken
	}
	var latest live
	if err := json.Unmarshal(row.Data, &latest); err != nil {
		return row, latest, fmt.Errorf("magiclink: the row of a live link is malformed: %w", err)
	}
	return row, latest, nil
}
