package store

import (
	"context"
	"errors"
	"maps"
	"math"
	"reflect"
	"time"

	"github.com/huandu/go-clone"

	"github.com/composable-go/composable/eventlog"
)

// Reducer is a feature's logic. Reduce must be pure: it depends on nothing but
// its arguments and the reducer's own, unchanging fields.
//
// Given a command or result it leaves the state alone and returns effects, or an
// error to refuse. Given an event it changes the state, and must not fail;
// effects it returns happen once, never when the event is replayed. For events,
// Env.Now is the time they were recorded and Env.Actor holds only the ID.
type Reducer[S, A any] interface {
	Reduce(state *S, action A, env Env) (Effects, error)
	// Actions lists the variants of A.
	Actions() Actions[A]
}

// StateVersioned is a [Reducer] whose events mean something else than they did. A
// snapshot of another StateVersion is not read; the events are. A state struct of
// another form needs no version.
type StateVersioned interface{ StateVersion() int }

// Store keeps one stream per key, all run by the same reducer.
type Store[S, A any] struct {
	rt      *Runtime
	name    string
	reducer Reducer[S, A]
	codec   *Codec[A]
	schema  string // of snapshots, "" when none are taken
	cells   *cache[S]
}

// New registers a store under a name that must never change: it is part of each
// event's address. It panics on wiring mistakes, and must precede Start.
func New[S, A any](rt *Runtime, name string, reducer Reducer[S, A]) *Store[S, A] {
	codec, err := NewCodec(reducer.Actions())
	if err != nil {
		panic(err)
	}
	s := &Store[S, A]{
		rt: rt, name: name, reducer: reducer, codec: codec,
		schema: schemaOf(reflect.TypeFor[S](), stateVersion(reducer)),
		cells:  newCache[S](rt.options.MaxStreams, rt.options.MaxWaiting),
	}
	rt.register(name, s)
	maps.Copy(rt.codes, codec.codes)
	return s
}

// Name returns the name the store was registered under.
func (s *Store[S, A]) Name() string { return s.name }

// Runtime returns the runtime that runs the store.
func (s *Store[S, A]) Runtime() *Runtime { return s.rt }

// Codec returns the translation of the store's actions to and from the wire.
func (s *Store[S, A]) Codec() *Codec[A] { return s.codec }

// Receipt says what became of a command.
type Receipt struct {
	Store     string `json:"store"`
	Key       string `json:"key"`
	Version   int64  `json:"version"`  // of the stream
	Position  int64  `json:"position"` // of the log: a read model there has seen the command
	Duplicate bool   `json:"-"`        // this command id had been answered before
}

// Snapshot is a stream's state; it belongs to the caller and never changes.
type Snapshot[S any] struct {
	State    S
	Version  int64 // 0: the stream does not exist
	Position int64 // read models at this position have seen all of it
}

// Send reduces a command or result on the stream's state and returns once all it
// decided is durable. A [*Refusal] says why not: the domain's own, [ErrConflict]
// after several lost races, [ErrOverloaded], [ErrUnavailable], [ErrInternal]
// when the reducer panicked. When ctx ends while the commit is under way the
// answer is [ErrTimeout] and the action may still take effect; send it again
// with the same [Origin].CommandID to find out.
func (s *Store[S, A]) Send(ctx context.Context, key string, action A) (Receipt, error) {
	return s.send(ctx, key, action, eventlog.Lease{})
}

// SendEncoded is [Store.Send] for a command in wire form. Anything but a declared
// command is [ErrUnknownAction] or [ErrForbidden].
func (s *Store[S, A]) SendEncoded(ctx context.Context, key, name string, data []byte) (Receipt, error) {
	action, err := s.codec.Decode(name, data)
	if err != nil {
		return Receipt{}, err
	}
	if s.codec.Class(name) != Command {
		return Receipt{}, ErrForbidden.With("action", name)
	}
	return s.Send(ctx, key, action)
}

func (s *Store[S, A]) deliver(ctx context.Context, key, name string, data []byte, lease eventlog.Lease) error {
	action, err := s.codec.Decode(name, data)
	if err != nil {
		return err
	}
	_, err = s.send(ctx, key, action, lease)
	return err
}

func (s *Store[S, A]) accepts(name string) bool {
	class := s.codec.Class(name)
	return class == Command || class == Result
}

// encode encodes an action for the child at the path, or for the feature itself.
func (s *Store[S, A]) encode(path string, action any) (envelope, error) {
	name, data, err := s.codec.EncodeAt(path, action)
	return envelope{name, data}, err
}

// refused tells an action why a dispatched command was refused.
func (s *Store[S, A]) refused(e envelope, r *Refusal) (_ envelope, err error) {
	e.Data, err = s.codec.change(e.Name, e.Data, func(action []byte) ([]byte, error) { return merge(action, r) })
	return e, err
}

// maxTries is how often an action may lose to another node before a conflict is
// reported.
const maxTries = 10

func (s *Store[S, A]) send(ctx context.Context, key string, action A, lease eventlog.Lease) (Receipt, error) {
	if key == "" {
		return Receipt{}, Refuse(NotFound, "not_found", "the stream's key is missing")
	}
	d, err := s.newDecision(ctx, key, action, lease)
	if err != nil {
		return Receipt{}, err
	}
	c := s.cells.acquire(key)
	if c == nil {
		return Receipt{}, ErrOverloaded
	}
	defer s.cells.release(c)
	for lost := 0; ; {
		receipt, err := s.try(ctx, c, d)
		derailed, stale := errors.Is(err, errDerailed), errors.Is(err, errStale)
		if !derailed && !stale {
			return receipt, err
		}
		if ctx.Err() != nil {
			return Receipt{}, ErrTimeout.Because(ctx.Err())
		}
		d.again = true
		if derailed {
			continue
		}
		if lost++; lost == maxTries {
			return Receipt{}, ErrConflict
		}
		pause(ctx, s.rt.chance.upTo(time.Duration(lost)*time.Millisecond))
	}
}

// try decides once and waits for the commit; errStale means that the state it
// was decided on is not the stream's, errDerailed that it never was. What goes
// stale may have met itself, sent at the same time, so a later try first asks
// whether it was answered.
func (s *Store[S, A]) try(ctx context.Context, c *cell[S], d *decision[A]) (Receipt, error) {
	var commit *commit
	var err error
	if d.again {
		commit, err = s.answered(ctx, c.key, d)
	}
	if commit == nil && err == nil {
		commit, err = s.decide(ctx, c, d)
	}
	if err != nil {
		return Receipt{}, err
	}
	o, err := commit.wait(ctx)
	switch {
	case errors.Is(err, errDerailed):
		return Receipt{}, errDerailed
	case errors.Is(err, eventlog.ErrConflict):
		return Receipt{}, errStale
	case err != nil:
		return Receipt{}, err
	}
	return Receipt{s.name, c.key, o.Version, o.Position, o.Duplicate}, nil
}

// Moment selects which state [Store.State] reads.
type Moment struct {
	version int64
	orLater bool
}

// AtVersion selects the state the stream had at a version.
func AtVersion(version int64) Moment { return Moment{version: version} }

// AtLeast selects a state that includes a version, such as that of a [Receipt]. When
// this process has one in memory the log is not asked whether another node has
// written since.
func AtLeast(version int64) Moment { return Moment{version: version, orLater: true} }

// State returns the stream's committed state, at its latest version or at a [Moment].
func (s *Store[S, A]) State(ctx context.Context, key string, at ...Moment) (Snapshot[S], error) {
	if len(at) > 0 && !at[0].orLater {
		return s.past(ctx, key, at[0].version)
	}
	enough := int64(math.MaxInt64)
	if len(at) > 0 {
		enough = at[0].version
	}
	c := s.cells.acquire(key)
	if c == nil {
		return Snapshot[S]{}, ErrOverloaded
	}
	defer s.cells.release(c)
	for {
		snapshot, err := s.read(ctx, c, enough)
		if !errors.Is(err, errStale) {
			return snapshot, err
		}
		if ctx.Err() != nil {
			return Snapshot[S]{}, ErrTimeout.Because(ctx.Err())
		}
	}
}

// read copies the state and waits until all of it is committed. A version that is
// enough need not be the latest.
func (s *Store[S, A]) read(ctx context.Context, c *cell[S], enough int64) (Snapshot[S], error) {
	c.mu.Lock()
	if !c.sound() || c.version < enough {
		if err := s.refresh(ctx, c); err != nil {
			c.mu.Unlock()
			return Snapshot[S]{}, err
		}
	}
	snapshot := Snapshot[S]{clone.Clone(c.state).(S), c.version, c.position}
	tail := c.tail.Load()
	c.mu.Unlock()
	position, err := committed(ctx, tail)
	snapshot.Position = max(snapshot.Position, position)
	return snapshot, err
}

// committed waits until what a state was decided on is durable; errStale when it
// turns out that it will not be.
func committed(ctx context.Context, tail *commit) (position int64, err error) {
	if tail == nil {
		return 0, nil
	}
	o, err := tail.wait(ctx)
	if tail.settled() && tail.lineage.broken.Load() {
		return 0, errStale
	}
	return o.Position, err
}

func (s *Store[S, A]) past(ctx context.Context, key string, version int64) (Snapshot[S], error) {
	fresh := &cell[S]{key: key}
	if err := s.replay(ctx, fresh, version); err != nil {
		return Snapshot[S]{}, err
	}
	return Snapshot[S]{fresh.state, fresh.version, fresh.position}, nil
}

// Await returns the first state of the stream that satisfies done, which may be
// the present one; [ErrTimeout] when ctx ends before, with the latest state.
func (s *Store[S, A]) Await(ctx context.Context, key string, done func(S) bool) (Snapshot[S], error) {
	changed, stop := s.rt.watchers.watch(eventlog.StreamID{Store: s.name, Key: key})
	defer stop()
	for {
		snapshot, err := s.State(ctx, key)
		if err != nil || done(snapshot.State) {
			return snapshot, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return snapshot, ErrTimeout.Because(ctx.Err())
		}
	}
}

// SendAndAwait sends and then waits for a state of that stream, for commands
// whose outcome arrives later. When only the waiting fails, the receipt is valid.
func (s *Store[S, A]) SendAndAwait(ctx context.Context, key string, action A, done func(S) bool) (Snapshot[S], Receipt, error) {
	receipt, err := s.Send(ctx, key, action)
	if err != nil {
		return Snapshot[S]{}, receipt, err
	}
	snapshot, err := s.Await(ctx, key, done)
	return snapshot, receipt, err
}
