package eventlog

import "time"

// StreamID names one stream: the store it belongs to and its key there.
type StreamID struct{ Store, Key string }

// String returns "store/key".
func (id StreamID) String() string { return id.Store + "/" + id.Key }

// IsZero reports whether no stream is named.
func (id StreamID) IsZero() bool { return id == StreamID{} }

// Event is a recorded fact.
type Event struct {
	Position int64 // place in the log, contiguous from 1
	Stream   StreamID
	Version  int64  // place in the stream, contiguous from 1
	Name     string // wire name of its type
	Data     []byte // JSON
	Meta     Meta
}

// NewEvent is a fact about to be recorded.
type NewEvent struct {
	Name string
	Data []byte // JSON

	// Journal tells, for people, of the decision that recorded the event: JSON, or
	// nothing. It is kept beside the event and read by [History].Journal alone.
	Journal []byte
}

// JournalEntry is what was written down beside one event.
type JournalEntry struct {
	Version int64 // of the event
	Data    []byte
}

// Meta says when, for whom and because of what something was decided.
type Meta struct {
	At            time.Time // UTC, microseconds
	Actor         string    // id of the principal, "" when nobody is signed in
	CorrelationID string    // the request that began it all
	CausationID   string    // the command, event or work item that led here
	TraceParent   string    // W3C trace context, "" when not traced
}
