package eventlog

import (
	"errors"
	"fmt"
)

// Errors of an append or a work item, for errors.Is.
var (
	ErrConflict  = errors.New("eventlog: the stream is not at the expected version")
	ErrMismatch  = errors.New("eventlog: the command id was used for another command")
	ErrLeaseLost = errors.New("eventlog: the work item is leased to somebody else or finished")
	ErrNotFound  = errors.New("eventlog: not found")

	// ErrInvalid: a name (store, key, command id, claim, row, work, lane, owner) is
	// longer than 512 bytes, a text is not UTF-8 or holds a NUL, an event, claim
	// or work item is unnamed, a statement is empty or has an argument of another
	// type, or an append without a stream has what needs one: events, claims, a
	// command id, keys to cancel.
	ErrInvalid = errors.New("eventlog: the append holds an illegal name or misses its stream")

	// ErrStatement: one of the batch's statements failed, and nothing was written.
	ErrStatement = errors.New("eventlog: an SQL statement of the append failed")

	// ErrClosed is the error of calls on a closed backend.
	ErrClosed = errors.New("eventlog: closed")
)

// ClaimError says that another stream owns the name.
type ClaimError struct {
	Key   string
	Owner StreamID
}

// Error implements error.
func (e *ClaimError) Error() string {
	return fmt.Sprintf("eventlog: %q is claimed by %s", e.Key, e.Owner)
}

// RowError says that a row's precondition did not hold.
type RowError struct{ Kind, Key string }

// Error implements error. The key may be the hash of a secret and is not shown.
func (e *RowError) Error() string {
	return fmt.Sprintf("eventlog: a %s row is not as expected", e.Kind)
}
