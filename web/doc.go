// Package web maps HTTP to actions and queries: a request becomes a command of
// a store, its receipt or refusal becomes the response.
//
//	router := web.NewRouter(web.Options{Logger: logger})
//	router.Route("/api", func(r chi.Router) {
//		r.Use(web.Identify(authenticate))
//		r.With(web.RequireActor).Post("/orders", web.Command(orders, order.FromPlace, web.Created(order.View)))
//		r.Get("/orders/{id}", web.State(orders, order.View))
//		r.Get("/orders", web.Query(projections.Wait, order.List))
//	})
//	server := web.NewServer("127.0.0.1:8080", router, logger)
//
// Every error, the router's own included, is answered by [Problem]: one table
// from the refusal's kind to the status, one problem document. Whatever is not a
// [store.Refusal] is a 500 that shows nothing and is logged with its cause and
// the request's correlation id.
//
// A POST with an Idempotency-Key is sent as a command with an id made of the
// actor, the route and the key, and [Request.NewID] hands out ids made of the
// same, so a repeated creation addresses the stream it made the first time and
// is answered with that stream as it was then.
//
// Anonymous callers share their keys, so a key should be a UUID.
//
// Not promised: a refusal is not stored. A refused command that is repeated with
// its key is decided anew.
package web
