package eventlog

import "time"

// Work is a durable effect waiting to be carried out: a mail, a command for
// another stream, a timer.
type Work struct {
	ID      string   // unique; the idempotency key that the handler sees
	Stream  StreamID // who asked; results go back there
	Key     string   // names it within its stream, for Cancel and replacement; may be empty
	Kind    string   // effect name
	Payload []byte   // JSON
	Due     time.Time
	Meta    Meta

	Attempt   int    // how often it has been leased, this time included
	LastError string // of the attempt before, "" at first

	// Owner and LeasedUntil say who works on it. A new item may come leased, so
	// that the node that decided it carries it out without looking for it; that
	// counts as its first attempt.
	Owner       string
	LeasedUntil time.Time
}

// Lease proves that Owner works on the item ID. The zero Lease is none.
type Lease struct{ ID, Owner string }

// DeadLetter is work that was given up.
type DeadLetter struct {
	Work
	Reason string
	At     time.Time
}
