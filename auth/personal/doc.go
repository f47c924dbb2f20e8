// Package personal keeps what is known about people readable only as long as they
// want it to be.
//
// Events cannot be deleted. So what they say about a person (an address, a name, a
// place) is a [Text]: sealed under a key that belongs to that person and lives in a row.
// Deleting the row erases all of it at once, in events, snapshots and backups of the
// log alike; this is known as crypto-shredding.
//
// Reducers never see the plain text. Whoever sends a command seals what it holds with
// the person's [Key], and whoever shows a state opens it. The same text under the same
// key and field is the same Text, so a reducer can tell whether an address has changed
// without reading it.
//
// Not promised: that what was copied out of the program in plain text, a mail for
// example, can be called back.
package personal
