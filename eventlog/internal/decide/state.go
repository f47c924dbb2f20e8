package decide

import (
	"github.com/composable-go/composable/eventlog"
)

// State is what the log holds of a batch's needs. What is missing from a map
// does not exist. Deciding changes it to what the log will hold.
type State struct {
	Head     int64
	Versions map[eventlog.StreamID]int64
	Commands map[CommandKey]Command
	Claims   map[string]eventlog.StreamID
	Rows     map[RowKey]eventlog.Row // expired ones may be among them
	Work     []Work

	// SQL tells that the log can run statements; without, they are invalid.
	SQL bool
}

// NewState returns a state in which nothing exists below head.
func NewState(head int64) State {
	return State{
		Head:     head,
		Versions: map[eventlog.StreamID]int64{},
		Commands: map[CommandKey]Command{},
		Claims:   map[string]eventlog.StreamID{},
		Rows:     map[RowKey]eventlog.Row{},
	}
}

// Command is the record of a command that was appended.
type Command struct {
	CommandKey
	Fingerprint       string
	Version, Position int64
}

// Outcome is the answer to a command that comes again.
func (c Command) Outcome(fingerprint string) eventlog.Outcome {
	if c.Fingerprint != fingerprint {
		return eventlog.Outcome{Err: eventlog.ErrMismatch}
	}
	return eventlog.Outcome{Version: c.Version, Position: c.Position, Duplicate: true}
}

// Work is what deciding needs to know of an item in the queue.
type Work struct {
	ID    string
	Key   WorkKey
	Owner string
}

// Changes is what a decided batch writes. What is dropped goes first, then what
// is put replaces what is there.
type Changes struct {
	Head     int64
	Events   []Event
	Commands []Command

	ClaimsPut     []Claim
	ClaimsDropped []string
	RowsPut       []eventlog.Row
	RowsDropped   []RowKey
	WorkPut       []eventlog.Work // in the order they were asked for
	WorkDropped   []string        // ids

	Statements []eventlog.Statement // run after everything else was written
}

// Event is an event with its journal.
type Event struct {
	eventlog.Event
	Journal []byte
}

// Claim is a name with its owner.
type Claim struct {
	Key   string
	Owner eventlog.StreamID
}

// OnlyEvents reports whether nothing but events is to be written.
func (c *Changes) OnlyEvents() bool {
	other := *c
	other.Events = nil
	return len(c.Events) > 0 && other.Empty()
}

// Empty reports whether there is nothing to write.
func (c *Changes) Empty() bool {
	return len(c.Events) == 0 && len(c.Commands) == 0 &&
		len(c.ClaimsPut) == 0 && len(c.ClaimsDropped) == 0 &&
		len(c.RowsPut) == 0 && len(c.RowsDropped) == 0 &&
		len(c.WorkPut) == 0 && len(c.WorkDropped) == 0 &&
		len(c.Statements) == 0
}
