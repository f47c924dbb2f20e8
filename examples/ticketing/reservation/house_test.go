package reservation_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/payment/gateway"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is all streams of the box office and the bank, running. Time is virtual.
type house struct {
	t            *testing.T
	events       *store.Store[event.Event, event.Action]
	inventory    *store.Store[inventory.Inventory, inventory.Action]
	quota        *store.Store[quota.Quota, quota.Action]
	payments     *store.Store[payment.Payment, payment.Action]
	reservations *store.Store[reservation.Reservation, reservation.Action]
	bank         *gateway.Gateway
}

// inHouse runs the test on each event log, with one event on sale: row A of two
// seats at 45.00, and a start that far away.
func inHouse(t *testing.T, policy reservation.Reducer, startsIn time.Duration, run func(t *testing.T, h *house)) {
	t.Helper()
	for name, open := range map[string]func(t *testing.T) eventlog.Backend{
		"memory": func(*testing.T) eventlog.Backend { return memory.New() },
		"sqlite": func(t *testing.T) eventlog.Backend {
			log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"))
			if err != nil {
				t.Fatal(err)
			}
			return log
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := openHouse(t, open(t), policy)
				h.putOnSale(startsIn)
				run(t, h)
			})
		})
	}
}

func openHouse(t *testing.T, log eventlog.Backend, policy reservation.Reducer) *house {
	t.Helper()
	bank, err := gateway.Open(t.Context(), "", gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler)})
	h := &house{
		t: t, bank: bank,
		events:       store.New(rt, stream.Event, event.Reducer{}),
		inventory:    store.New(rt, stream.Inventory, inventory.Reducer{}),
		quota:        store.New(rt, stream.Quota, quota.Reducer{}),
		payments:     store.New(rt, stream.Payment, payment.Reducer{}),
		reservations: store.New(rt, stream.Reservation, policy),
	}
	payment.Handle(rt, bank, payment.Options{})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
		_ = bank.Close()
		_ = log.Close()
	})
	return h
}

func (h *house) as(actor string, roles ...string) context.Context {
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Hour) // a virtual one
	h.t.Cleanup(cancel)
	return store.WithOrigin(ctx, store.Origin{Actor: store.Actor{ID: actor, Roles: roles}})
}

func (h *house) putOnSale(startsIn time.Duration) {
	h.t.Helper()
	now := time.Now()
	stalls := inventory.Section{Name: "Stalls", Kind: inventory.Numbered, Rows: []inventory.Row{{Label: "A", Seats: 2}}}
	details := event.Details{
		Title: "Night Train", StartsAt: now.Add(startsIn), EndsAt: now.Add(startsIn + time.Hour), Timezone: "UTC", Currency: "EUR",
		Venue: event.Venue{Name: "Hall 1"}, Sections: []inventory.Section{stalls},
		Tiers: []inventory.Tier{{Kind: "regular", Section: "Stalls", PriceCents: 4500, From: now}},
	}
	for _, action := range []event.Action{event.Create{ID: eventID, Details: details}, event.Publish{}, event.OpenSales{}} {
		if _, err := h.events.Send(h.as("owner"), eventID, action); err != nil {
			h.t.Fatal(err)
		}
	}
	h.section(func(s inventory.Inventory) bool { return s.Terms.Sale == inventory.SaleOpen })
}

// section waits for a state of the section.
func (h *house) section(done func(inventory.Inventory) bool) inventory.Inventory {
	h.t.Helper()
	s, err := h.inventory.Await(h.as(""), eventID+":Stalls", done)
	if err != nil {
		h.t.Fatalf("the section stays %+v: %v", s.State, err)
	}
	return s.State
}

// reserve asks for seats and returns the reservation's id and the answer.
func (h *house) reserve(customer string, seats ...string) (id string, s reservation.Reservation) {
	h.t.Helper()
	id = store.DeriveID(customer)
	ask := reservation.Initiate{ID: id, EventID: eventID, Section: "Stalls", SeatIDs: seats}
	answer, _, err := h.reservations.SendAndAwait(h.as(customer), id, ask, func(s reservation.Reservation) bool {
		return s.Status != reservation.StatusInitiated
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id, answer.State
}

func (h *house) pay(customer, id, token string) {
	h.t.Helper()
	if _, err := h.reservations.Send(h.as(customer), id, reservation.Pay{Type: "credit_card", Token: token}); err != nil {
		h.t.Fatal(err)
	}
}

// becomes waits until the reservation has the status.
func (h *house) becomes(id string, status reservation.Status) reservation.Reservation {
	h.t.Helper()
	s, err := h.reservations.Await(h.as(""), id, func(s reservation.Reservation) bool { return s.Status == status })
	if err != nil {
		h.t.Fatalf("the reservation stays %s, want %s: %v", s.State.Status, status, err)
	}
	return s.State
}

// paymentBecomes waits until the reservation's latest payment has the status.
func (h *house) paymentBecomes(id string, status payment.Status) {
	h.t.Helper()
	r, err := h.reservations.State(h.as(""), id)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := h.payments.Await(h.as(""), r.State.Latest().PaymentID, func(p payment.Payment) bool { return p.Status == status })
	if err != nil {
		h.t.Fatalf("the payment stays %s, want %s: %v", s.State.Status, status, err)
	}
}

// bankHas checks the sums of all that the bank took and gave back.
func (h *house) bankHas(charged, refunded int64) {
	h.t.Helper()
	books, err := h.bank.Balances(h.as(""))
	if err != nil {
		h.t.Fatal(err)
	}
	var sum gateway.Balance
	for _, b := range books {
		sum.Charged += b.Charged
		sum.Refunded += b.Refunded
	}
	if want := (gateway.Balance{Charged: charged, Refunded: refunded}); sum != want {
		h.t.Errorf("the bank has %+v, want %+v", sum, want)
	}
}

// allFree waits until every seat is on sale again and the customer's quota empty.
func (h *house) allFree(customer string) {
	h.t.Helper()
	h.section(func(s inventory.Inventory) bool { return s.Available() == 2 && len(s.Holders) == 0 })
	_, err := h.quota.Await(h.as(""), stream.QuotaKey(eventID, customer), func(q quota.Quota) bool { return len(q.Places) == 0 })
	if err != nil {
		h.t.Fatalf("the quota is not given back: %v", err)
	}
}
