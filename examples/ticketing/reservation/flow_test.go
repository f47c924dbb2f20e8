package reservation_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/store"
)

const month = 30 * 24 * time.Hour

func TestPurchaseChargesOnceWhateverTheBankDoes(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"tok_ok", "tok_slow", "tok_flaky", "tok_timeout"} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			inHouse(t, reservation.Reducer{TicketKey: []byte("key")}, month, func(t *testing.T, h *house) {
				id, held := h.reserve("c", "A1", "A2")
				if held.Status != reservation.StatusSeatsHeld || held.TotalCents() != 9000 {
					t.Fatalf("%s for %d; want the seats for 9000", held.Status, held.TotalCents())
				}
				h.pay("c", id, token)
				if s := h.becomes(id, reservation.StatusCompleted); len(s.Tickets) != 2 {
					t.Errorf("tickets = %+v, want two", s.Tickets)
				}
				h.section(func(s inventory.Inventory) bool { return s.Sold == 2 && s.Held == 0 })
				h.bankHas(9000, 0)
			})
		})
	}
}

func TestHundredBuyersOfOneSeat(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(t *testing.T, h *house) {
		var mu sync.Mutex
		outcomes := map[string]int{}
		var buyers sync.WaitGroup
		for i := range 100 {
			buyers.Go(func() {
				_, s := h.reserve(fmt.Sprint("customer ", i), "A1")
				outcome := string(s.Status)
				if s.Refusal != nil {
					outcome += " " + s.Refusal.Code
				}
				mu.Lock()
				defer mu.Unlock()
				outcomes[outcome]++
			})
		}
		buyers.Wait()
		if outcomes["SeatsHeld"] != 1 || outcomes["Rejected seat_taken"] != 99 {
			t.Errorf("outcomes = %v; want one winner and 99 told that the seat is taken", outcomes)
		}
		h.neverOversold()
	})
}

// neverOversold looks at every version that the section ever had.
func (h *house) neverOversold() {
	h.t.Helper()
	latest, err := h.inventory.State(h.as(""), eventID+":Stalls")
	if err != nil {
		h.t.Fatal(err)
	}
	for version := range latest.Version {
		s, err := h.inventory.State(h.as(""), eventID+":Stalls", store.AtVersion(version+1))
		if err != nil {
			h.t.Fatal(err)
		}
		if s.State.Available() < 0 || len(s.State.Owners) != s.State.Held+s.State.Sold {
			h.t.Errorf("version %d: %d held, %d sold, %d available", s.Version, s.State.Held, s.State.Sold, s.State.Available())
		}
	}
}

func TestThreeDeclinesGiveTheSeatsBack(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(t *testing.T, h *house) {
		id, _ := h.reserve("c", "A1")
		for left := 2; left >= 0; left-- {
			h.pay("c", id, "tok_declined")
			status := reservation.StatusSeatsHeld
			if left == 0 {
				status = reservation.StatusCompensated
			}
			if s := h.becomes(id, status); s.AttemptsLeft != left || s.Latest().DeclineCode != "card_declined" {
				t.Errorf("%d attempts left, %q; want %d", s.AttemptsLeft, s.Latest().DeclineCode, left)
			}
		}
		h.allFree("c")
		h.bankHas(0, 0)
	})
}

func TestSecondCardMaySucceed(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(_ *testing.T, h *house) {
		id, _ := h.reserve("c", "A1")
		h.pay("c", id, "tok_insufficient")
		h.becomes(id, reservation.StatusSeatsHeld)
		h.pay("c", id, "tok_ok")
		h.becomes(id, reservation.StatusCompleted)
		h.bankHas(4500, 0)
	})
}

func TestHoldExpiresAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(t *testing.T, h *house) {
		id, held := h.reserve("c", "A1")
		h.becomes(id, reservation.StatusExpired)
		if after := time.Since(held.CreatedAt); after < 5*time.Minute || after > 5*time.Minute+2*time.Second {
			t.Errorf("expired after %v, want 5 minutes", after)
		}
		h.allFree("c")
	})
}

func TestChargeInFlightIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{Hold: 2 * time.Second}, month, func(_ *testing.T, h *house) {
		id, _ := h.reserve("c", "A1")
		h.pay("c", id, "tok_slow") // three seconds
		h.becomes(id, reservation.StatusExpired)
		h.paymentBecomes(id, payment.StatusVoided)
		h.allFree("c")
		h.bankHas(0, 0)
	})
}

func TestLateCaptureIsRefundedInFull(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{Hold: 2 * time.Second}, month, func(t *testing.T, h *house) {
		id, _ := h.reserve("c", "A1")
		h.pay("c", id, "tok_timeout") // charged at once, but nobody is told
		h.becomes(id, reservation.StatusExpired)
		h.paymentBecomes(id, payment.StatusRefunded)
		h.allFree("c")
		h.bankHas(4500, 4500)
		if s := h.becomes(id, reservation.StatusExpired); len(s.Tickets) != 0 {
			t.Errorf("tickets = %+v; want none", s.Tickets)
		}
	})
}

func TestReturnGivesMoneyAndSeatsBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		startsIn time.Duration
		refunded int64
		want     reservation.Status
	}{
		"a month before":    {month, 4500, reservation.StatusRefunded},
		"three days before": {3 * 24 * time.Hour, 2250, reservation.StatusPartiallyRefunded},
		"an hour before":    {time.Hour, 0, reservation.StatusCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inHouse(t, reservation.Reducer{}, c.startsIn, func(t *testing.T, h *house) {
				id, _ := h.reserve("c", "A1")
				h.pay("c", id, "tok_ok")
				h.becomes(id, reservation.StatusCompleted)
				if _, err := h.reservations.Send(h.as("c"), id, reservation.Cancel{}); err != nil {
					t.Fatal(err)
				}
				h.becomes(id, c.want)
				h.allFree("c")
				h.bankHas(4500, c.refunded)
			})
		})
	}
}

func TestCancelledEventRefundsAndFreesEverybody(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(t *testing.T, h *house) {
		bought, _ := h.reserve("buyer", "A1")
		h.pay("buyer", bought, "tok_ok")
		h.becomes(bought, reservation.StatusCompleted)
		held, _ := h.reserve("waverer", "A2")
		if _, err := h.events.Send(h.as("owner"), eventID, event.Cancel{Reason: "rain"}); err != nil {
			t.Fatal(err)
		}
		s := h.becomes(bought, reservation.StatusRefunded)
		if s.Tickets[0].Status != reservation.TicketVoid || s.Reason != reservation.EventWasCancelled {
			t.Errorf("%+v, %q; want a void ticket and the reason", s.Tickets, s.Reason)
		}
		h.becomes(held, reservation.StatusCancelled)
		h.allFree("buyer")
		h.allFree("waverer")
		h.bankHas(4500, 4500)
		if _, late := h.reserve("late", "A1"); late.Refusal == nil || late.Refusal.Code != "not_on_sale" {
			t.Errorf("a late buyer got %s, %v; want not_on_sale", late.Status, late.Refusal)
		}
	})
}

func TestRefusalsComeBackTyped(t *testing.T) {
	t.Parallel()
	inHouse(t, reservation.Reducer{}, month, func(t *testing.T, h *house) {
		h.reserve("first", "A1")
		id := store.DeriveID("greedy")
		ask := reservation.Initiate{ID: id, EventID: eventID, Section: "Stalls", Quantity: 2}
		s, _, err := h.reservations.SendAndAwait(h.as("greedy"), id, ask, func(s reservation.Reservation) bool { return s.Refusal != nil })
		if err != nil || s.State.Refusal.Code != "insufficient_inventory" || s.State.Refusal.Details["available"] != 1.0 {
			t.Errorf("%+v, %v; want insufficient_inventory with one available", s.State.Refusal, err)
		}
		// One id cannot be had under another key.
		if _, err := h.reservations.Send(h.as("first"), "another", ask); err == nil || store.AsRefusal(err).Code != store.ErrTaken.Code {
			t.Errorf("the id under another key: %v; want it refused as taken", err)
		}
	})
}
