package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/eventlog"
)

// Actor is the principal an action is done for. The zero Actor is nobody.
type Actor struct {
	ID      string
	Roles   []string
	Session string // id of the session it came with; "" for work inside the system

	SessionEnds time.Time // when the session ends by itself; zero: unknown, or never

	// Level is how surely the session is its owner's now; package auth says what the
	// numbers mean. 0 is nobody, or work inside the system.
	Level int

	Confirmed Confirmation
}

// Confirmation is proof that a principal wants one action and no other.
type Confirmation struct {
	Digest string // of the action and its arguments; "" when nothing was confirmed
	Kind   string // of the row to [Take], so that it counts once
	Key    string // of that row
}

// Has reports whether the actor holds the role.
func (a Actor) Has(role string) bool { return slices.Contains(a.Roles, role) }

// Env is everything a reducer may know besides its state and action.
type Env struct {
	Now           time.Time // UTC, microseconds
	Actor         Actor     // for dispatched commands and timers only the ID is known
	CorrelationID string
	CausationID   string

	ids *ids
}

// NewEnv returns an Env whose NewID depends on nothing but seed.
func NewEnv(now time.Time, actor Actor, seed string) Env {
	return Env{Now: now.UTC().Truncate(time.Microsecond), Actor: actor, ids: &ids{seed: seed}}
}

// NewID returns a UUID that is the same whenever the same action is decided
// again.
func (e Env) NewID() string { return e.ids.next() }

// ids derives ids from a seed, or from an event.
type ids struct {
	seed    string
	stream  eventlog.StreamID
	version int64 // 0: there is a seed
	n       uint64
}

func (i *ids) next() string {
	i.n++
	seed := i.seed
	if i.version > 0 {
		seed = fmt.Sprintf("%s@%d", i.stream, i.version)
	}
	return DeriveID(string(binary.BigEndian.AppendUint64([]byte(seed), i.n)))
}

// DeriveID returns the UUID (version 8, SHA-256) that belongs to a name: the
// same name, the same id.
func DeriveID(name string) string {
	return uuid.NewHash(sha256.New(), uuid.Nil, []byte(name), 8).String()
}

// Origin says who and what an action comes from. It travels in the context.
type Origin struct {
	Actor         Actor
	CorrelationID string // made when empty
	CausationID   string
	TraceParent   string // W3C trace context

	// Precondition, when there is one, is asked with the version that the action is
	// decided on; its error refuses the action.
	Precondition func(version int64) error

	// CommandID makes the action idempotent for this actor and stream: sent
	// again it answers the first receipt, sent with another content it is
	// [ErrMismatch]. Empty means no idempotency.
	CommandID string
}

type originKey struct{}

// originContext is a context and its origin in one piece: every request has one.
type originContext struct {
	context.Context
	origin Origin
}

// Value implements [context.Context].
func (c *originContext) Value(key any) any {
	if key == (originKey{}) {
		return &c.origin
	}
	return c.Context.Value(key)
}

// WithOrigin returns a context whose actions have this origin.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return &originContext{ctx, o}
}

// OriginFrom returns the context's origin, zero when it has none.
func OriginFrom(ctx context.Context) Origin {
	if o, ok := ctx.Value(originKey{}).(*Origin); ok {
		return *o
	}
	return Origin{}
}
