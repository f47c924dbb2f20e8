// Package eventlog is the contract between the store engine and the database
// that keeps its events: one ordered log of events, the durable work that was
// decided together with them, unique claims, and rows that expire.
//
// The write side is one call. [Log.Append] takes a batch of appends and commits
// them in one transaction; each append succeeds or fails for itself. An append
// carries everything one action decided — events, claims, rows, work to be done,
// timers to be cancelled, SQL to be run, and the work item it finishes — so all of
// it becomes durable or none of it.
//
// The read side sees a prefix of the commit order. Positions are contiguous and
// handed out in commit order, so a reader that has seen position n never finds
// a new event at or below n later.
//
// Package eventlogtest holds the conformance suite that the technologies
// (memory, sqlite, postgres) pass. Only the standard library is imported here.
package eventlog
