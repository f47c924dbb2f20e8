package api

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// What subscribers are shown.
type (
	// EventChanged says that an event's page shows something else now.
	EventChanged struct {
		EventID string `json:"event_id"`
		Change  string `json:"change"` // the event's wire name, such as SalesOpened
	}
	// SeatsChanged says what happened to places of a section, but not by whom.
	SeatsChanged struct {
		EventID  string   `json:"event_id"`
		Section  string   `json:"section"`
		Change   string   `json:"change"`
		Quantity int      `json:"quantity"`
		SeatIDs  []string `json:"seat_ids,omitempty"`
	}
	// ReservationChanged says that a reservation, and with it payment or tickets,
	// is not as it was.
	ReservationChanged struct {
		ReservationID string `json:"reservation_id"`
		Change        string `json:"change"`
	}
)

// Realtime is what the socket offers: topics, live queries, and the commands to
// reserve, pay and cancel.
func (a *API) Realtime() []ws.Exposure {
	return []ws.Exposure{
		ws.Expose(a.Events, ws.Commands(), ws.View(showEvent)),
		ws.Expose(a.Inventory, ws.Commands(), ws.View(showSeats)),
		ws.Expose(a.Reservations,
			ws.Commands(reservation.Initiate{}, reservation.Pay{}, reservation.Cancel{}), ws.View(showReservation)),

		ws.Grant("event", func(ctx context.Context, actor store.Actor, id string) (bool, error) {
			_, err := a.visible(ctx, actor, id)
			return err == nil, err
		}),
		ws.Grant("reservation", func(ctx context.Context, actor store.Actor, id string) (bool, error) {
			s, err := a.Reservations.State(ctx, id)
			return owns(actor, s.State), err
		}),

		ws.Publishes("event", EventChanged{}, SeatsChanged{}),
		ws.Publishes("reservation", ReservationChanged{}),
		ws.Publishes("me", ReservationChanged{}),

		ws.Query("availability", func(ctx context.Context, actor store.Actor, asked ofEvent) (list[readmodel.Availability], error) {
			return a.availability(ctx, actor, asked.EventID)
		}, ofEvent.topics),
		ws.Query("seats", func(ctx context.Context, actor store.Actor, asked ofSection) (list[readmodel.Seat], error) {
			return a.seats(ctx, actor, asked.EventID, asked.Section)
		}, ofSection.topics),
		ws.Query("reservation", func(ctx context.Context, actor store.Actor, asked ofReservation) (reservationView, error) {
			s, err := a.Reservations.State(ctx, asked.ID)
			if err != nil {
				return reservationView{}, err
			}
			return a.reservation(ctx, actor, s.State)
		}, ofReservation.topics),
	}
}

// Sockets adds the endpoints that come with a subscription.
func (a *API) Sockets(r chi.Router, hub *ws.Hub, authenticate func(*http.Request) (store.Actor, error)) {
	r.Handle("/ws/availability/{id}", hub.Handler(authenticate, ws.Subscribed(func(r *http.Request) []string {
		return []string{"event:" + chi.URLParam(r, "id")}
	})))
	r.Handle("/ws/notifications", hub.Handler(authenticate, ws.Subscribed(func(*http.Request) []string {
		return []string{"me"}
	})))
}

// Parameters of queries, and the topics with which their answers change. What is not
// there names nothing that exists.
type (
	ofEvent struct {
		EventID string `json:"event_id"`
	}
	ofSection struct {
		ofEvent
		Section string `json:"section"`
	}
	ofReservation struct {
		ID string `json:"id"`
	}
)

func (p ofEvent) topics() []string       { return []string{"event:" + p.EventID} }
func (p ofReservation) topics() []string { return []string{"reservation:" + p.ID} }

func showEvent(r ws.Recorded[event.Action]) []ws.Message {
	return []ws.Message{{Topic: "event:" + r.Key, Action: EventChanged{r.Key, r.Name}}}
}

func showSeats(r ws.Recorded[inventory.Action]) []ws.Message {
	eventID, section := stream.SplitInventoryKey(r.Key)
	change := SeatsChanged{EventID: eventID, Section: section, Change: r.Name}
	switch e := r.Action.(type) {
	case inventory.SeatsHeld:
		change.Quantity, change.SeatIDs = e.Quantity, e.SeatIDs
	case inventory.SeatsSold:
		change.Quantity, change.SeatIDs = e.Quantity, e.SeatIDs
	case inventory.SeatsReleased:
		change.Quantity, change.SeatIDs = e.Quantity, e.SeatIDs
	case inventory.SeatsBlocked:
		change.Quantity, change.SeatIDs = e.Quantity, e.SeatIDs
	case inventory.SeatsUnblocked:
		change.Quantity, change.SeatIDs = e.Quantity, e.SeatIDs
	case inventory.Configured:
	default:
		return nil
	}
	return []ws.Message{{Topic: "event:" + eventID, Action: change}}
}

func showReservation(r ws.Recorded[reservation.Action]) []ws.Message {
	change := ReservationChanged{r.Key, r.Name}
	topics := []string{"reservation:" + r.Key}
	if customer := customerOf(r.Action); customer != "" {
		topics = append(topics, ws.Me(customer))
	}
	messages := make([]ws.Message, len(topics))
	for i, topic := range topics {
		messages[i] = ws.Message{Topic: topic, Action: change}
	}
	return messages
}

// customerOf names whose list of orders or tickets an event changes.
func customerOf(action reservation.Action) string {
	switch e := action.(type) {
	case reservation.Initiated:
		return e.CustomerID
	case reservation.Completed:
		return e.CustomerID
	case reservation.Rejected:
		return e.CustomerID
	case reservation.Expired:
		return e.CustomerID
	case reservation.Cancelled:
		return e.CustomerID
	case reservation.Compensated:
		return e.CustomerID
	case reservation.ReturnRequested:
		return e.CustomerID
	case reservation.RefundDecided:
		return e.CustomerID
	case reservation.Refunded:
		return e.CustomerID
	}
	return ""
}
