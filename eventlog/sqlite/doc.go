// Package sqlite keeps the event log in one SQLite file: the default of an
// application on one machine, with nothing to install.
//
// An append is on the disk when it returns (WAL, synchronous=FULL). One
// connection writes, a pool reads, and a lock file beside the database keeps
// other processes out. As nobody else can have leased work, [Open] makes what
// the former process left unfinished due again at once.
package sqlite
