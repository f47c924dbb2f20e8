package eventlog

import "time"

// Work is a durable effect waiting to be carried out: a mail, a command for
// another stream, a timer.
type Work struct {
	ID      string   // unique; the idempotency key that the handler sees
	Stream  StreamID // who asked; results go back there
	Key     string   // names it within its stream, for Cancel and replacement; may be empty
	Kind    string   // effect name
	Lane    string   // items of one stream and lane are leased one after the other, as they were added; "" for no order
	Path    string   // where in its stream's actions the result goes; the engine's, opaque here
	Payload []byte   // JSON
	Due     time.Time
	Meta    Meta

	Attempt  int       // how often it has been leased, this time included
	Failures []Failure // of the attempts before, the first one first

	// Owner and LeasedUntil say who works on it. A new item may come leased, so
	// that the node that decided it carries it out without looking for it; that
	// counts as its first attempt. An item with a Lane never comes leased.
	Owner       string
	LeasedUntil time.Time
}

// Lease proves that Owner works on the item ID. The zero Lease is none.
type Lease struct{ ID, Owner string }

// Failure is one attempt that failed.
type Failure struct {
	At    time.Time `json:"at"`
	Error string    `json:"error"`
}

// DeadLetter is work that was given up; the last of its failures says why.
type DeadLetter struct {
	Work
	At time.Time
}

// Kinds selects work by its kind: only those named, if there are any, and none of
// those excepted. The zero Kinds selects all.
type Kinds struct{ Only, Except []string }
