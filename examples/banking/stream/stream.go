// Package stream names the streams of the bank, so that accounts and transfers can
// address each other without importing each other.
package stream

// Names of the stores. They are part of each recorded event's address.
const (
	Account  = "account"  // key: the account's id
	Transfer = "transfer" // key: the transfer's id
)
