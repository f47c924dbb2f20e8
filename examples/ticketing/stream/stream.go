// Package stream names the streams of the box office, so that the aggregates can
// address each other without importing each other.
package stream

import "strings"

// Names of the stores. They are part of each recorded event's address.
const (
	Event       = "event"       // key: the event's id
	Inventory   = "inventory"   // key: see InventoryKey
	Quota       = "quota"       // key: see QuotaKey
	Reservation = "reservation" // key: the reservation's id
	Payment     = "payment"     // key: the payment's id
)

// InventoryKey is the key of one section of one event.
func InventoryKey(eventID, section string) string { return eventID + ":" + section }

// SplitInventoryKey is the inverse of [InventoryKey].
func SplitInventoryKey(key string) (eventID, section string) {
	eventID, section, _ = strings.Cut(key, ":")
	return eventID, section
}

// QuotaKey is the key of one customer's share in one event.
func QuotaKey(eventID, customerID string) string { return eventID + ":" + customerID }
