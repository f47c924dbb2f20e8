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
// [Grant]. What a topic carries is for [Publishes] to say. The topic "me" is every
// actor's own; a view publishes to it with [Me].
//
// docs/websocket.md tells the protocol, its limits, and how to run it.
//
// # Ways in
//
// A command or a query may also come by POST to the endpoint, for those whose network
// lets no socket through. Both go the same way: exposed or refused, once by its id,
// after the position it names.
//
// A session that has ended closes its sockets when its event reaches the node, see
// [EndSessions], or by itself at [store.Actor].SessionEnds, unless Options.Check says
// that it lasts longer by then, and acts no more even before that, see there.
//
// # Presence
//
// [Presence] shows who follows a topic, on any node, as a live query. Nodes tell each
// other by rows with an expiry, one per topic and node, which are written when the
// list changes, a few times a second at most, and as a sign of life; a node reads
// those of the lists that somebody watches there, every second. Unused it costs
// nothing, and with only one node nothing is written.
//
// # Watching it
//
// Options.Observe is told what happens, for counters; [Hub.Status] says what is, for
// gauges.
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
// A connection at rest has one, its reader, which handles one frame after the other:
// commands of one connection are applied in the order they were sent. Whoever queues
// a frame also writes it, together with what else is queued and as far as the socket
// takes it at once; only a socket that takes no more has a writer, until it is
// drained. So an event costs about what a bare loop over the sockets does, and a
// burst of events reaches each socket in one piece. A query has a goroutine while it
// runs.
//
// Not promised: order between topics. A client resumes each topic with the last
// seq it saw of that topic.
package ws
