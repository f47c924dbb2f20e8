// Command ticketing is a box office: organisers put events on sale, customers hold
// seats, pay and get tickets, and everybody watches the seats go.
//
//	make run        # builds the pages and serves http://localhost:8080
//	go run ./examples/ticketing
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/examples/ticketing/api"
	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/payment/gateway"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/seed"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/examples/ticketing/ui"
	"github.com/composable-go/composable/store"
)

const name = "Night Train Box Office"

func main() {
	a := app.New(app.FromEnv("DEV=1", "DATABASE_URL=sqlite:data/ticketing.db"))
	hold, err := time.ParseDuration(cmp.Or(os.Getenv("HOLD"), "5m"))
	if err == nil {
		err = wire(a, reservation.Reducer{Hold: hold})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot start:", err)
		os.Exit(1)
	}
	a.Run()
}

// wire puts the box office together.
func wire(a *app.App, policy reservation.Reducer) error {
	bank, err := gateway.Open(context.Background(), filepath.Join(a.Config.DataDir, "gateway.db"), gateway.Options{})
	if err != nil {
		return err
	}
	if policy.TicketKey, err = a.DeriveKey("tickets"); err != nil {
		return err
	}
	office := &api.API{
		Name: name, Dev: a.Config.Dev,
		Events:       store.New(a.Runtime, stream.Event, event.Reducer{}),
		Inventory:    store.New(a.Runtime, stream.Inventory, inventory.Reducer{}),
		Reservations: store.New(a.Runtime, stream.Reservation, policy),
		Payments:     store.New(a.Runtime, stream.Payment, payment.Reducer{}),
		Model:        readmodel.New(a.DB()),
		Wait:         a.Wait,
	}
	store.New(a.Runtime, stream.Quota, quota.Reducer{})
	payment.Handle(a.Runtime, bank, payment.Options{})

	a.Auth(auth.Options{App: name, SignInPath: "/sign-in", AccountPath: "/account/security", Export: office.Exports()})
	a.Project(readmodel.Projections()...)
	a.TypeScript(api.Answers()...)
	a.Realtime("/api/ws", office.Realtime()...)
	a.Admin("/api/admin")
	a.Routes(func(r chi.Router) {
		r.Route("/api", func(r chi.Router) {
			office.Routes(r)
			office.Sockets(r, a.Hub, a.Authenticate)
		})
		r.Get("/*", ui.Handler().ServeHTTP)
	})
	if a.Config.Dev {
		a.OnStart(func(ctx context.Context) error { return seed.Events(ctx, office.Events) })
	}
	a.OnStop(bank.Close)
	return nil
}
