// Package reservation is the saga of one purchase, from the wish for seats to the
// tickets, or to an end without them.
//
//	Initiated → SeatsHeld ⇄ PaymentPending → PaymentCompleted → Completed
//
// Each step is a dispatch to another stream and its answer, so the saga goes on
// where it stopped. All its ends before Completed let go of everything: quota,
// seats, and a charge in flight. A charge that succeeds after the end is undone.
package reservation
