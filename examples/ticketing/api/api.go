// Package api is the box office over HTTP and WebSocket: one file per resource.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// API serves the box office's resources.
type API struct {
	Name string // of the box office
	Dev  bool   // development: the pages show a way to the mailbox

	Events       *store.Store[event.Event, event.Action]
	Inventory    *store.Store[inventory.Inventory, inventory.Action]
	Reservations *store.Store[reservation.Reservation, reservation.Action]
	Payments     *store.Store[payment.Payment, payment.Action]
	Model        *readmodel.Model
	Wait         web.Waiter // for the read models
}

// Routes adds all routes below /api.
func (a *API) Routes(r chi.Router) {
	r.Get("/config", func(w http.ResponseWriter, _ *http.Request) {
		_ = web.Reply(w, http.StatusOK, siteView{a.Name, a.Dev})
	})
	a.eventRoutes(r)
	a.sectionRoutes(r)
	r.Group(func(r chi.Router) {
		r.Use(web.RequireActor)
		a.reservationRoutes(r)
		a.historyRoutes(r)
		a.paymentRoutes(r)
		a.ticketRoutes(r)
	})
}

type siteView struct {
	Name string `json:"name"`
	Dev  bool   `json:"dev"`
}

// Answers lists what routes are sent and answer, one value each, for clients to be
// told their types.
func Answers() []any {
	return []any{
		siteView{},
		event.Details{},
		eventView{},
		list[listedEvent]{},
		reservationView{},
		readmodel.Page[readmodel.Reservation]{},
		historyView{},
		pastView{},
		paymentView{},
		readmodel.Page[readmodel.Payment]{},
		readmodel.Page[readmodel.Ticket]{},
	}
}

// visible returns an event that the actor may see: a draft only its owner and
// admins.
func (a *API) visible(ctx context.Context, actor store.Actor, id string) (store.Snapshot[event.Event], error) {
	snapshot, err := a.Events.State(ctx, id)
	if err != nil {
		return snapshot, err
	}
	if !snapshot.State.Visible(actor) {
		return snapshot, web.ErrNotFound
	}
	return snapshot, nil
}

// paging reads ?limit= and ?cursor=.
func paging(r *web.Request) (readmodel.Paging, error) {
	query := r.URL.Query()
	p := readmodel.Paging{Cursor: query.Get("cursor")}
	limit, err := number(query.Get("limit"))
	if err != nil || limit < 0 {
		return p, web.ErrInvalid.WithField("limit", "must be a number from 1 to 100")
	}
	p.Limit = limit
	return p, nil
}

func serverTime() time.Time { return time.Now().UTC() }
