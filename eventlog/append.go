package eventlog

// Append is what one action decided, committed as a whole or not at all.
type Append struct {
	// Stream and Expected guard the decision: the stream must be at version
	// Expected, else the outcome is [ErrConflict]. A zero Stream has no events
	// and no guard; such an append only changes rows or finishes work.
	Stream   StreamID
	Expected int64

	Events []NewEvent
	Meta   Meta // of the events; Meta.At is also the clock for row expiry

	// CommandID makes the append idempotent within its stream: when the stream
	// already holds the id, nothing is written and the outcome is the first one,
	// marked Duplicate. The same id with another Fingerprint is [ErrMismatch].
	// Empty means no idempotency.
	CommandID   string
	Fingerprint string

	Claims []Claim
	Rows   []RowChange
	Work   []Work   // inserted, for Stream unless it names another; one with a Key replaces that stream's work of that key
	Cancel []string // keys of the stream's work to be dropped, before Work is inserted

	// Statements are run after the events were written. Where one fails the whole
	// batch fails, with [ErrStatement], and nothing of it was written. A log that
	// keeps no SQL database answers an append that has any with [ErrInvalid].
	Statements []Statement

	// Done is the leased work item that this append finishes. When the lease is
	// no longer held the outcome is [ErrLeaseLost].
	Done Lease
}

// Statement is one SQL statement with $1 placeholders, run in the transaction of
// its append against the database that holds the log.
type Statement struct {
	SQL  string
	Args []any // string, []byte, int64, float64, bool or nil
}

// Claim takes or releases a name that at most one stream may own. Taking a name
// the stream owns already, and releasing one it does not own, change nothing.
type Claim struct {
	Key     string
	Release bool
}

// Outcome is what became of one append of a batch. Within a batch the appends
// are decided in order, each on the state its predecessors left.
type Outcome struct {
	Version   int64 // of the stream after the append
	Position  int64 // of its last event; of the log's head when it had none
	Duplicate bool  // the command had been appended before; version and position are the first ones

	// Err is nil, [ErrConflict], [ErrMismatch], [ErrLeaseLost], [ErrInvalid], a
	// [*ClaimError] or a [*RowError]. Nothing of the append was written then, and
	// every later append of the same stream in the batch fails with ErrConflict,
	// as it was decided on a state that never was. The same holds after a Duplicate.
	Err error
}
