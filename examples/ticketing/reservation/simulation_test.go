package reservation_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// The whole box office but its pages and lists, on nodes that crash.
func TestSimulation(t *testing.T) {
	t.Parallel()
	storetest.Simulate(t, storetest.Simulation{Seeds: 300, Steps: 150, World: func(chance *rand.Rand) storetest.Build {
		bank := newSimulatedBank(chance)
		return func(rt *store.Runtime) storetest.App { return newSimulated(rt, bank).app() }
	}})
}

// simulated is the box office on one node: ten reservations of two customers
// for one event of two sections.
type simulated struct {
	bank         *simulatedBank
	events       *store.Store[event.Event, event.Action]
	inventory    *store.Store[inventory.Inventory, inventory.Action]
	quota        *store.Store[quota.Quota, quota.Action]
	payments     *store.Store[payment.Payment, payment.Action]
	reservations *store.Store[reservation.Reservation, reservation.Action]
}

func newSimulated(rt *store.Runtime, bank *simulatedBank) *simulated {
	payment.Handle(rt, bank, payment.Options{})
	return &simulated{
		bank:         bank,
		events:       store.New(rt, stream.Event, event.Reducer{}),
		inventory:    store.New(rt, stream.Inventory, inventory.Reducer{}),
		quota:        store.New(rt, stream.Quota, quota.Reducer{}),
		payments:     store.New(rt, stream.Payment, payment.Reducer{}),
		reservations: store.New(rt, stream.Reservation, reservation.Reducer{}),
	}
}

func (s *simulated) app() storetest.App {
	open := storetest.Move{Name: "put on sale", Do: s.putOnSale}
	reserve := storetest.Move{Name: "reserve", Do: s.reserve}
	pay := storetest.Move{Name: "pay", Do: s.pay}
	return storetest.App{
		Moves: []storetest.Move{
			open, open, reserve, reserve, reserve, reserve, pay, pay, pay, pay, pay,
			{Name: "organise", Do: s.organise},
			{Name: "cancel", Do: s.cancel},
		},
		Invariant: s.neverOversold,
		Settled:   s.addsUp,
	}
}

const simulatedReservations = 10

func sections() []inventory.Section {
	return []inventory.Section{
		{Name: "Stalls", Kind: inventory.Numbered, Rows: []inventory.Row{{Label: "A", Seats: 4}, {Label: "B", Seats: 4}}},
		{Name: "Standing", Kind: inventory.General, Capacity: 8},
	}
}

func customerOf(n int) string       { return fmt.Sprint("customer ", n%2) }
func reservationID(n int) string    { return store.DeriveID(fmt.Sprint("reservation ", n)) }
func pick(r *rand.Rand) (n int)     { return r.IntN(simulatedReservations) }
func sectionKey(name string) string { return stream.InventoryKey(eventID, name) }

func by(ctx context.Context, actor string) context.Context {
	o := store.OriginFrom(ctx)
	o.Actor = store.Actor{ID: actor, Roles: []string{actor}}
	return store.WithOrigin(ctx, o)
}

// part is one of several commands of a move.
func part(ctx context.Context, n int) context.Context {
	o := store.OriginFrom(ctx)
	o.CommandID = fmt.Sprint(o.CommandID, " part ", n)
	return store.WithOrigin(ctx, o)
}

func (s *simulated) putOnSale(ctx context.Context, _ *rand.Rand) error {
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // as every simulation does
	details := event.Details{
		Title: "Night Train", StartsAt: began.Add(73 * time.Hour), EndsAt: began.Add(75 * time.Hour), Timezone: "UTC", Currency: "EUR",
		Venue: event.Venue{Name: "Hall 1"}, Sections: sections(),
		Tiers: []inventory.Tier{
			{Kind: "regular", Section: "Stalls", PriceCents: 4500, From: began},
			{Kind: "regular", Section: "Standing", PriceCents: 2500, From: began},
		},
	}
	for i, a := range []event.Action{event.Create{ID: eventID, Details: details}, event.Publish{}, event.OpenSales{}} {
		_, err := s.events.Send(part(by(ctx, "owner"), i), eventID, a)
		if err != nil && !errors.Is(err, event.ErrExists) && !errors.Is(err, event.ErrTransition) {
			return err
		}
	}
	return nil
}

func (s *simulated) organise(ctx context.Context, r *rand.Rand) error {
	ctx = by(ctx, "owner")
	var err error
	switch r.IntN(12) {
	case 0:
		_, err = s.events.Send(by(ctx, "admin"), eventID, event.Cancel{Reason: "no train"})
	case 1, 2:
		_, err = s.events.Send(ctx, eventID, event.CloseSales{})
	case 3:
		later := time.Date(2000, 1, 4, r.IntN(24), 0, 0, 0, time.UTC)
		end := later.Add(time.Hour)
		_, err = s.events.Send(ctx, eventID, event.Edit{StartsAt: &later, EndsAt: &end})
	case 4, 5:
		_, err = s.inventory.Send(ctx, sectionKey("Stalls"), inventory.Block{SeatIDs: []string{"A1", "B4"}})
	case 6, 7:
		_, err = s.inventory.Send(ctx, sectionKey("Stalls"), inventory.Unblock{SeatIDs: []string{"A1", "B4"}})
	default:
		_, err = s.events.Send(ctx, eventID, event.OpenSales{})
	}
	return err
}

func (s *simulated) reserve(ctx context.Context, r *rand.Rand) error {
	n := pick(r)
	ask := reservation.Initiate{ID: reservationID(n), EventID: eventID, Section: "Standing", Quantity: 1 + r.IntN(5)}
	switch r.IntN(4) {
	case 0:
		ask.Section = "Stalls"
	case 1:
		ask.Section, ask.Quantity = "Stalls", 0
		ask.SeatIDs = []string{fmt.Sprint("A", 1+r.IntN(4)), fmt.Sprint("B", 1+r.IntN(4))}
	}
	_, err := s.reservations.Send(by(ctx, customerOf(n)), ask.ID, ask)
	return err
}

func (s *simulated) pay(ctx context.Context, r *rand.Rand) error {
	n := pick(r)
	token := "tok_ok"
	if r.IntN(3) == 0 {
		token = "tok_declined"
	}
	_, err := s.reservations.Send(by(ctx, customerOf(n)), reservationID(n), reservation.Pay{Type: "pay_pal", Token: token})
	return err
}

func (s *simulated) cancel(ctx context.Context, r *rand.Rand) error {
	n := pick(r)
	_, err := s.reservations.Send(by(ctx, customerOf(n)), reservationID(n), reservation.Cancel{})
	return err
}

func (s *simulated) section(ctx context.Context, name string) (inventory.Inventory, error) {
	snapshot, err := s.inventory.State(ctx, sectionKey(name))
	return snapshot.State, err
}

// neverOversold holds at every moment.
func (s *simulated) neverOversold(ctx context.Context) error {
	places := map[string]int{}
	for _, section := range sections() {
		i, err := s.section(ctx, section.Name)
		if err != nil {
			return err
		}
		if i.Available() < 0 {
			return fmt.Errorf("%s: %d held, %d sold, %d blocked of %d", section.Name, i.Held, i.Sold, i.Blocked, i.Terms.Section.Capacity)
		}
		counted := 0
		for id, h := range i.Holders {
			counted += h.Quantity
			r, err := s.reservations.State(ctx, id)
			if err != nil {
				return err
			}
			if !over(r.State) { // what is over will be given back, and is nobody's until then
				places[h.CustomerID] += h.Quantity
			}
		}
		if counted != i.Held+i.Sold || section.Kind == inventory.Numbered && counted != len(i.Owners) {
			return fmt.Errorf("%s: %d held, %d sold, %d owned, but %d counted", section.Name, i.Held, i.Sold, len(i.Owners), counted)
		}
	}
	for customer, n := range places {
		if n > inventory.MaxSeats {
			return fmt.Errorf("%s has %d places", customer, n)
		}
	}
	for id, charged := range s.bank.amounts {
		if refunded := s.bank.refunded(id); refunded > charged {
			return fmt.Errorf("payment %s: %d refunded of %d", id, refunded, charged)
		}
	}
	return nil
}

func over(r reservation.Reservation) bool { return final(r.Status) || !r.Returned.At.IsZero() }

// addsUp holds when everything has come to its end: money, tickets, seats and
// quota tell the same story.
func (s *simulated) addsUp(ctx context.Context) error {
	quotas := map[string]map[string]int{}
	accounted := map[string]bool{}
	for n := range simulatedReservations {
		snapshot, err := s.reservations.State(ctx, reservationID(n))
		if err != nil {
			return err
		}
		r := snapshot.State
		if r.Status == "" {
			continue
		}
		if err := s.ended(ctx, r); err != nil {
			return fmt.Errorf("reservation %s (%s): %w", r.ID, r.Status, err)
		}
		if quotas[r.CustomerID] == nil {
			quotas[r.CustomerID] = map[string]int{}
		}
		if r.Status == reservation.StatusCompleted {
			quotas[r.CustomerID][r.ID] = r.Quantity
		}
		for _, a := range r.Attempts {
			accounted[a.PaymentID] = true
		}
	}
	for id := range s.bank.amounts {
		if !accounted[id] {
			return fmt.Errorf("payment %s belongs to nobody", id)
		}
	}
	for customer, want := range quotas {
		q, err := s.quota.State(ctx, stream.QuotaKey(eventID, customer))
		if err != nil {
			return err
		}
		if !maps.Equal(q.State.Places, want) {
			return fmt.Errorf("the quota of %s is %v; want %v", customer, q.State.Places, want)
		}
	}
	return nil
}

// ended checks one reservation: with tickets, or without and its money back.
func (s *simulated) ended(ctx context.Context, r reservation.Reservation) error {
	completed := r.Status == reservation.StatusCompleted
	if !completed && !final(r.Status) {
		return errors.New("it does not end")
	}
	section, err := s.section(ctx, r.Section)
	if err != nil {
		return err
	}
	holding, holds := section.Holders[r.ID]
	if holds != completed || completed && (!holding.Sold || holding.Quantity != r.Quantity || len(r.Tickets) != r.Quantity) {
		return fmt.Errorf("it has %+v and %d tickets", holding, len(r.Tickets))
	}
	for _, ticket := range r.Tickets {
		if (ticket.Status == reservation.TicketValid) != completed {
			return fmt.Errorf("a ticket is %s", ticket.Status)
		}
	}
	for _, a := range r.Attempts {
		kept, want := s.bank.amounts[a.PaymentID]-s.bank.refunded(a.PaymentID), int64(0)
		if a.Status == reservation.Captured {
			want = r.TotalCents() - r.Returned.RefundCents
		}
		if kept != want {
			return fmt.Errorf("the bank keeps %d of payment %s (%s), want %d", kept, a.PaymentID, a.Status, want)
		}
		p, err := s.payments.State(ctx, a.PaymentID)
		if err != nil {
			return err
		}
		if p.State.Status == payment.Pending || p.State.Refunding.AmountCents > 0 {
			return fmt.Errorf("payment %s is left %+v", a.PaymentID, p.State)
		}
	}
	return nil
}
