// Package seal encrypts what only the servers may read, under keys that can be
// exchanged.
package seal
