// Package ws lets clients send commands, follow topics and watch queries over
// one web socket.
//
//	hub := ws.NewHub(rt, ws.Options{Wait: projections.Wait, Problem: web.Problem})
//	hub.Add(
//		ws.Expose(orders, ws.Commands(order.Place{}, order.Cancel{}), ws.View(order.Public)),
//		ws.Grant("order", order.MayWatch),
//		ws.Query("orders", order.List, order.ListTopics),
//	)
//	hub.Start(ctx)
//	router.Mount("/ws", hub.Handler(authenticate))
//
// Nothing is open by default: a store takes only the commands that [Expose]
// names, an event is seen only as what its view makes of it, and a topic needs a
// [Grant]. What a topic carries is for [Publishes] to say. The topic "me" is every actor's own; a view publishes to it with [Me].
//
// # One reader of the log
//
// The hub follows the log once per node, encodes each message once and puts the
// same bytes into the bounded queue of every subscriber. A subscriber whose queue
// is full is closed, and may resume; nobody waits for it. Whoever resumes is
// served from the last messages in memory, or from the log until these are
// reached, and is handed over to the live feed under the hub's lock, so that no
// event is missing and none comes twice.
//
// # Goroutines
//
// A connection has two: its reader, in the HTTP handler, which handles one frame
// after the other, and its writer. A query has one while it runs. Commands of one
// connection are therefore applied in the order they were sent.
//
// Not promised: order between topics. A client resumes each topic with the last
// seq it saw of that topic.
package ws
