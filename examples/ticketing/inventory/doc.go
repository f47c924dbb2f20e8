// Package inventory is one section of one event: who holds or owns which seat.
//
// It decides alone and at once whether a hold is possible, and at what price, so
// it knows the section's terms; the event tells them anew whenever they change.
// It knows nobody who asks: what it answers to a reservation are the types of
// answers.go, which that package makes actions of its own.
//
// Everything it is told may come twice and in any order. A release that arrives
// before its hold bars the hold.
package inventory
