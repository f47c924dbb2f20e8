// Package app is the composition root: it reads the configuration from the
// environment, opens the database it names, and joins stores, sagas, read models,
// pages, sockets, sign-in and mail into one program with one start and one stop.
//
//	func main() {
//		a := app.New(app.FromEnv())
//		orders := store.New(a.Runtime, "order", order.Reducer{})
//		a.Routes(func(r chi.Router) {
//			r.Post("/orders", web.Command(orders, order.FromPlace, web.Created(order.View)))
//		})
//		a.Run()
//	}
//
// Everything is registered between [New] and [App.Run]. GET /health and /ready are
// always there; in development so is /dev/mailbox, when sign-in is used.
package app
