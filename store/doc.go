// Package store runs pure reducers durably: it is the five types an application
// is written with, and the engine behind them.
//
// A feature is a state, a sealed interface of actions, and a [Reducer]:
//
//	type State struct{ Count int }
//
//	type Action interface{ counter() }
//	type Increment struct{ By int }   // a command: may be refused
//	type Incremented struct{ By int } // an event: a fact
//
//	func (Reducer) Reduce(s *State, a Action, env store.Env) (store.Effects, error) {
//		switch a := a.(type) {
//		case Increment:
//			if a.By < 1 {
//				return nil, store.Refuse(store.Invalid, "invalid", "by must be positive")
//			}
//			return store.Effects{store.Record(Incremented(a))}, nil
//		case Incremented:
//			s.Count += a.By
//		}
//		return nil, nil
//	}
//
// [New] makes a store of it: one stream of events per key. [Store.Send] reduces
// a command on the fold of its stream and commits everything it decided —
// events, claims, rows, durable work — as one append; the caller is answered
// after the commit. [Store.State] reads the fold.
//
// # Effects
//
// What should happen is a value that the reducer returns. With the commit:
// [Record], [Claim], [Release], [Put], [Insert], [Take], [Drop], [Close]. After it,
// durably, at least once, with a stable [Key]: [Dispatch], [After], [At],
// [Cancel], and any struct with an EffectName for which [Handle] registered a
// handler, whose result comes back as an action of the stream that asked. How a
// handler is run are policies beside it: [Retry], [Breaker], [Concurrency],
// [InOrder], [OnGivingUp]. What is given up without the latter is a dead letter.
//
// After it, in memory, and lost with the process: [Run], [Stream], and what has a
// [Volatile] handler, for progress, streaming, calls whose loss nobody minds, and
// secrets that must not be written down. [Parallel], [Sequence], [Delay],
// [WithTimeout], [Debounce], [Throttle] and [Cancellable] are made of such effects,
// nested freely; [Stop] cancels by id. Durable effects cannot be inside them:
//
//	store.Debounce("quote", 200*time.Millisecond, store.WithTimeout(time.Second,
//		store.Run(func(ctx context.Context, send func(action any) error) error {
//			price, err := quotes.Ask(ctx, item)
//			if err != nil {
//				return err
//			}
//			return send(Quoted{price})
//		}),
//	))
//
// # Composition
//
// A feature is made of others: [Combine] runs several reducers on one state,
// [Scope] and [Optional] run a child on a part of it, [ForEach] many children by
// their keys. A variant of the parent's actions holds those of a child; on the wire
// they are named after it, "cart.Add". What a child decides is its parent's
// decision, one append; its timers, its refused dispatches and the results of its
// effects come back to it.
//
// # Old events
//
// Recorded events never change, but the code does: [Actions].Former says how what
// was recorded under a name of the past is read today, [Renamed] or [Upcast]. An
// event that is neither declared nor former stops whoever reads it; see
// [EventError].
//
// # Long streams and their past
//
// Every so many events the state is kept as a snapshot, from which a stream is
// loaded. One of another form, or of another version of a [StateVersioned] reducer,
// is not read. [Store.History] tells what was decided and what came of it, [AtVersion]
// the state at any time. Events are never removed, not even of a stream that was
// closed: read models are rebuilt from them.
//
// # The engine
//
// Actions of one stream are decided one after the other, each on the outcome of
// the one before, without waiting for its commit; a refusal or receipt is given
// only when everything it was decided on is committed. Concurrent actions of
// all streams share transactions. When a commit fails with a conflict the
// stream is loaded again and the action decided anew. What was decided on an
// append that failed is decided anew too, and that is no conflict.
//
// Not promised: order between streams, and effects that happen exactly once.
// A handler that talks to the outside must use its key.
package store
