// Package stream names the streams of the shop, so that they can address each other.
package stream

// Names of the stores. They are part of each recorded event's address.
const (
	Order     = "order"     // key: the order's id
	Inventory = "inventory" // key: the product's id
	Payment   = "payment"   // key: the order's id
	Checkout  = "checkout"  // key: the order's id
)
