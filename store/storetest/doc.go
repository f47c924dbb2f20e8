// Package storetest tests what reducers do, one at a time and all together.
//
// A story says: given these events, when this action comes, then these effects, or
// this refusal.
//
//	storetest.Given[order.State, order.Action](t, order.Reducer{}, order.Placed{Total: 100}).
//		When(order.Pay{}).
//		Then(store.Record(order.Paid{}), store.Cancel("reminder")).
//		State(func(s order.State) {
//			if s.Status != order.StatusPaid { … }
//		})
//
// A [TestStore] goes on from there: handlers without I/O answer the effects, time
// passes by hand, and what comes back has to be received.
//
//	ts := storetest.NewTestStore(t, order.Reducer{})
//	storetest.Handle(ts, func(c payment.Charge) (order.Action, error) { return order.Charged{}, nil })
//	ts.Send(order.Place{Total: 100}, func(s *order.State) { s.Status = order.Placed }).
//		Recorded(order.WasPlaced{Total: 100}).
//		Effects(payment.Charge{Cents: 100}, store.After("reminder", time.Hour, order.Remind{}))
//	ts.Receive(order.Charged{}, func(s *order.State) { s.Status = order.Paid }).
//		Recorded(order.WasPaid{}).Effects(store.Cancel("reminder"))
//
// Both are exhaustive: what nobody asserted fails the test, and so does a command
// that touches the state, a refusal whose code is not declared, an event that is not
// declared, refuses, or reads differently after a trip through JSON. Nothing runs besides the reducer, and no
// time passes by itself. Functions are not compared: store.Run(nil) stands for any
// [store.Run].
//
// [Golden] checks that today's reducer still understands what was recorded by the
// releases before.
//
// [Simulate] plays a whole application — stores, effects, timers, what follows the
// log — on the real engine, while a seeded scheduler crashes its nodes and fails,
// delays, races and repeats what they do. It finds the orders of events that nobody
// thinks of, and plays each one again by its seed.
package storetest
