// Package bench measures what an acknowledged action costs: Store.Send on each
// event log beside the same event written by the same driver in a transaction of
// its own, in one run, with writes that reach the disk.
//
//	make bench
//
// runs it and writes docs/benchmarks.md.
package bench
