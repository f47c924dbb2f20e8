// Package decide settles what becomes of each append of a batch, the same way
// for every technology: a backend loads what [NeedsOf] names, calls
// [State.Decide] and writes the [Changes], all in one transaction that no other
// append can interleave with.
package decide
