package store

import (
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Effect is a plain value that says what should happen. A package defines its
// own with an EffectName and a handler (see [Handle]).
type Effect interface{ EffectName() string }

// Effects is what a reducer decides.
type Effects []Effect

// RecordEffect records events. See [Record].
type RecordEffect struct{ Events []any }

// Record makes facts of events: they are appended to the stream and reduced, in
// order, as part of the same commit. Only commands and results may record.
func Record(events ...any) RecordEffect { return RecordEffect{events} }

// EffectName implements [Effect].
func (RecordEffect) EffectName() string { return "record" }

// ClaimEffect takes or releases a unique name. See [Claim].
type ClaimEffect struct {
	Key     string
	Release bool
}

// Claim takes a name that only one stream may own, with the commit; when another
// stream owns it the action is refused with [ErrTaken].
func Claim(key string) ClaimEffect { return ClaimEffect{Key: key} }

// Release gives a claimed name back.
func Release(key string) ClaimEffect { return ClaimEffect{Key: key, Release: true} }

// EffectName implements [Effect].
func (ClaimEffect) EffectName() string { return "claim" }

// Row is a value with an expiry that is kept outside the permanent log.
type Row = eventlog.Row

// RowEffect changes one row with the commit. When its precondition does not hold
// the action is refused with [ErrRow].
type RowEffect struct {
	Row    Row
	Delete bool
	Expect eventlog.Expect
}

// Put writes a row, whatever was there.
func Put(row Row) RowEffect { return RowEffect{Row: row} }

// Insert writes a row that must not exist.
func Insert(row Row) RowEffect { return RowEffect{Row: row, Expect: eventlog.Absent} }

// Replace writes a row that must be at row.Revision; revision 0 means absent.
func Replace(row Row) RowEffect {
	if row.Revision == 0 {
		return Insert(row)
	}
	return RowEffect{Row: row, Expect: eventlog.Expect(row.Revision)}
}

// Take deletes a row that must exist: of many that take it, one succeeds.
func Take(kind, key string) RowEffect {
	return RowEffect{Row: Row{Kind: kind, Key: key}, Delete: true, Expect: eventlog.Present}
}

// Drop deletes a row if it exists.
func Drop(kind, key string) RowEffect {
	return RowEffect{Row: Row{Kind: kind, Key: key}, Delete: true}
}

// EffectName implements [Effect].
func (RowEffect) EffectName() string { return "row" }

// DispatchEffect sends a command to another stream. See [Dispatch].
type DispatchEffect struct {
	Store, Key string
	Command    any
	Refused    any // nil: a refusal is only logged
	Ordered    bool
}

// Dispatch sends a command to another stream, durably, exactly once.
func Dispatch(store, key string, command any) DispatchEffect {
	return DispatchEffect{Store: store, Key: key, Command: command}
}

// OnRefusal names the action that comes back to this stream when the command is
// refused. The refusal's JSON (kind, code, message, fields, details) is decoded
// into the action, so that an embedded [Refusal] receives it.
func (d DispatchEffect) OnRefusal(action any) DispatchEffect {
	d.Refused = action
	return d
}

// InOrder has the command sent after those that this stream dispatched in order
// before it were answered.
func (d DispatchEffect) InOrder() DispatchEffect {
	d.Ordered = true
	return d
}

// EffectName implements [Effect].
func (DispatchEffect) EffectName() string { return "dispatch" }

// TimerEffect sends an action to its own stream later. See [After] and [At].
type TimerEffect struct {
	Key    string
	After  time.Duration // from Env.Now, when At is zero
	At     time.Time
	Action any
}

// After sends an action to this stream once d has passed. A timer set again
// under the same key replaces the former one.
func After(key string, d time.Duration, action any) TimerEffect {
	return TimerEffect{Key: key, After: d, Action: action}
}

// At is [After] for a point in time.
func At(key string, at time.Time, action any) TimerEffect {
	return TimerEffect{Key: key, At: at, Action: action}
}

// EffectName implements [Effect].
func (TimerEffect) EffectName() string { return "timer" }

// CancelEffect drops a timer. See [Cancel].
type CancelEffect struct{ Key string }

// Cancel drops the timer of that key, if it has not fired yet.
func Cancel(key string) CancelEffect { return CancelEffect{key} }

// EffectName implements [Effect].
func (CancelEffect) EffectName() string { return "cancel" }

// CloseEffect ends a stream. See [Close].
type CloseEffect struct{}

// Close ends the stream with the commit: it keeps its events and can be read, and
// every later action is refused with [ErrStreamClosed].
func Close() CloseEffect { return CloseEffect{} }

// EffectName implements [Effect].
func (CloseEffect) EffectName() string { return "close" }
