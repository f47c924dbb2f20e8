// Package storetest tells what a reducer does as a story: given these events,
// when this action comes, then these effects, or this refusal.
//
//	storetest.Given(t, order.Reducer{}, order.Placed{Total: 100}).
//		When(order.Pay{}).
//		Then(store.Record(order.Paid{}), store.Cancel("reminder")).
//		State(func(s order.State) {
//			if s.Status != order.StatusPaid { … }
//		})
//
// A story is exhaustive: effects or a refusal that nobody asserted fail the test,
// and so does a command that touches the state, an event that is not declared,
// refuses, or reads differently after a trip through JSON. Nothing runs besides
// the reducer, and no time passes by itself. Functions are not compared: store.Run(nil)
// stands for any [store.Run].
//
// [Golden] checks that today's reducer still understands what was recorded by the
// releases before.
package storetest
