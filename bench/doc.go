// Package bench measures the framework beside the raw driver, in one run, with writes
// that reach the disk: what an acknowledged action costs, by Store.Send and over HTTP,
// what becomes of it under conflicts, how fast streams load and projections catch up,
// and what the engine itself takes of memory and time.
//
//	make bench
//
// runs it and writes docs/benchmarks.md. -bench All/Loads runs a part.
package bench
