// Package postgres keeps the event log in Postgres, for any number of equal nodes.
//
// Whoever appends locks the one row of eventlog_head until the commit. So the
// appenders of all nodes take turns, positions are contiguous, and a transaction
// becomes visible before the next one gets its positions: a reader always sees a
// prefix. Under that lock a batch is decided with a few set-based queries and
// written with a few set-based inserts, in two round trips altogether; large
// batches are what makes it fast. LISTEN/NOTIFY wakes the other nodes.
//
// It needs Postgres 13 or newer, and connections that are sessions (a pooler in
// transaction mode loses notifications; the log then polls once a second).
package postgres
