// Package sqlite keeps the event log in one SQLite file: the default of an
// application on one machine, with nothing to install.
//
// An append is on the disk when it returns (WAL, synchronous=FULL). One
// connection writes, a pool reads, and a lock file beside the database keeps
// other processes out. As nobody else can have leased work, [Open] makes what
// the former process left unfinished due again at once.
//
// Up to 10 000 rows are kept in memory as they are in the file: one that is asked for
// often costs no query. What is deleted is overwritten, and [Log.Close] sees to it that
// no copy of a row or claim that was deleted is left in the file; what a killed process
// left behind goes when the next one closes.
package sqlite
