package eventlog

import (
	"context"
	"time"
)

// Log is the ordered, durable list of events.
type Log interface {
	// Append commits the batch in one transaction and returns one outcome per
	// append, in order. An error means that the transaction as a whole failed;
	// when it came from the commit itself it is unknown whether it took effect.
	// Cancelling ctx before the commit leaves nothing behind.
	Append(ctx context.Context, batch []Append) ([]Outcome, error)

	// ReadStream returns up to limit events of one stream with a version above
	// after, in order. An unknown stream has none.
	ReadStream(ctx context.Context, id StreamID, after int64, limit int) ([]Event, error)

	// ReadAll returns up to limit events with a position above after, in order
	// and without a gap.
	ReadAll(ctx context.Context, after int64, limit int) ([]Event, error)

	// Wait blocks until the log's head is above after and returns the head; when
	// ctx ends first it returns the head it knows and the context's error. A
	// negative after returns the current head at once.
	Wait(ctx context.Context, after int64) (head int64, err error)

	// Exclusive reports whether no other process can append, so that what this
	// process has cached of a stream cannot be out of date.
	Exclusive() bool
}

// Queue hands out the work that appends have left behind.
type Queue interface {
	// Lease takes up to limit items of these kinds that are due at now and not
	// leased, oldest due first, and leases them to owner until until. An item with a
	// Lane is passed over while an earlier one of its stream and lane is in the
	// queue. An owner without a name is [ErrInvalid].
	Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds Kinds) ([]Work, error)
	// Extend prolongs every lease that owner holds.
	Extend(ctx context.Context, owner string, until time.Time) error
	// Release gives a leased item back, to be tried again at due, and adds the
	// failure to its Failures; with the zero Failure nothing had been tried and the
	// attempt does not count. [ErrLeaseLost] when the lease is gone.
	Release(ctx context.Context, lease Lease, due time.Time, failure Failure) error
	// Bury makes a leased item a dead letter, at the time of its last failure.
	// [ErrLeaseLost] when the lease is gone; a failure without a time is [ErrInvalid].
	Bury(ctx context.Context, lease Lease, failure Failure) error
	// NextDue returns when the earliest item of these kinds that [Queue].Lease would
	// not pass over becomes due or its lease runs out; the zero time when there is none.
	NextDue(ctx context.Context, kinds Kinds) (time.Time, error)
}

// Graveyard keeps dead letters until somebody decides about them.
type Graveyard interface {
	// DeadLetters lists up to limit, newest first.
	DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error)
	// Revive puts one back in the queue, due at due, with its attempts and failures
	// forgotten and behind all others of its lane.
	// [ErrNotFound] when there is none.
	Revive(ctx context.Context, id string, due time.Time) error
	// Discard drops one for good. [ErrNotFound] when there is none.
	Discard(ctx context.Context, id string) error
}

// Lookup answers point questions about committed appends.
type Lookup interface {
	// Command returns the outcome of the command with that id on the stream;
	// ok is false when there was none, and the error is [ErrMismatch] when it
	// had another fingerprint.
	Command(ctx context.Context, id StreamID, commandID, fingerprint string) (o Outcome, ok bool, err error)
	// ClaimOwner returns the stream that owns the name, zero when nobody does.
	ClaimOwner(ctx context.Context, key string) (StreamID, error)
	// Row returns the row that is live at now; ok is false when there is none. Its
	// Data may be shared with other readers and must not be changed.
	Row(ctx context.Context, kind, key string, now time.Time) (row Row, ok bool, err error)
	// RowsOf lists the owner's live rows of a kind, by key.
	RowsOf(ctx context.Context, kind, owner string, now time.Time) ([]Row, error)
	// Purge deletes rows that expired before now and returns how many.
	Purge(ctx context.Context, now time.Time) (int, error)
}

// History answers what was decided about one stream, and what is still to come of it.
type History interface {
	// Journal returns what was written down beside up to limit events of a stream
	// with a version above after, in order; events without a journal are left out.
	Journal(ctx context.Context, id StreamID, after int64, limit int) ([]JournalEntry, error)
	// WorkOf returns what a stream is waiting for, in the order it was added, and
	// its dead letters, newest first.
	WorkOf(ctx context.Context, id StreamID) (waiting []Work, dead []DeadLetter, err error)
}

// Snapshots keeps at most one folded state per stream, to be loaded instead of
// the events it was folded from.
type Snapshots interface {
	// Load returns the stream's snapshot of a schema, and up to limit events after
	// it; ok is false when there is none, and the events are the first ones.
	Load(ctx context.Context, id StreamID, schema string, limit int) (s Snapshot, ok bool, events []Event, err error)
	// SaveSnapshot keeps s unless the one that is there is of a later version. It
	// may be lost in a crash of the machine. An illegal name is [ErrInvalid].
	SaveSnapshot(ctx context.Context, s Snapshot) error
}

// Backend is what a technology implements in full.
type Backend interface {
	Log
	Queue
	Graveyard
	Lookup
	History
	Snapshots
	// Close releases everything. Calls in progress fail.
	Close() error
}
