// Package migrations holds the SQL that brings a database to the schema of the
// event log, one folder per dialect, and [Up], which applies what is missing.
//
// A migration that was released never changes: checksums.txt holds the sum of
// each, and a test compares. Times are microseconds since 1970, 0 for the zero
// time, in both dialects.
package migrations
