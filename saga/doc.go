// Package saga runs process managers: what happens in some streams is followed by
// actions of another, the saga's, whose reducer decides what comes next.
//
// A saga is a store like any other. Its reducer waits with timers, moves the other
// streams with [store.Dispatch], and compensates when one of them refuses. What it
// cannot see by itself is what they record; a [Saga] declares that:
//
//	s := saga.New("checkout", checkouts,
//		saga.On("order", func(e saga.Event, p order.Placed) (string, checkout.Action) {
//			return e.Key, checkout.Begin{OrderID: e.Key, Product: p.Product}
//		}),
//		saga.On("inventory", func(_ saga.Event, r inventory.Reserved) (string, checkout.Action) {
//			return r.OrderID, checkout.StockReserved{AmountCents: r.AmountCents}
//		}),
//	)
//
// A [Runner] reads the log from the saga's checkpoint and sends these actions, in the
// order of the log for each stream of the saga. Each carries the event's position as
// its command id, so that it takes effect once, however often a crash repeats it.
//
// # What stops a saga
//
// A refusal by the saga's reducer is final: it is logged, and the event passed over.
// Anything else is tried again, with growing pauses, and nothing is skipped
// meanwhile: a database that does not answer, a reducer that panics, an event that
// cannot be decoded. [Runner.Status] says where the saga stands, and why.
//
// # Several nodes
//
// Each saga runs on one node at a time, see [store.Runtime.Own]; when that node dies
// another goes on from the checkpoint. A new saga begins at the beginning of the log:
// events from before it was written concern it too.
package saga
