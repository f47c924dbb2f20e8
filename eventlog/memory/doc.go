// Package memory keeps the event log in the memory of the process: for tests,
// and for trying things out. Everything is gone with the process. There is no
// SQL, so appends with statements are invalid.
//
// It starts no goroutine and blocks on channels alone, so it can be used inside
// a [testing/synctest] bubble.
package memory
