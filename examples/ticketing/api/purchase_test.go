package api_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

func TestPurchaseFromSeatToTicket(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{TicketKey: []byte("key")}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		held := anna.hold(201, event, "A1", "A2")
		if held["status"] != "SeatsHeld" || fmt.Sprint(held["seat_ids"]) != "[A1 A2]" || held["total_cents"] != 9000.0 ||
			held["attempts_left"] != 3.0 || held["server_time"] == "" || held["expires_at"] == "" || held["event_title"] != "Night Train" {
			t.Errorf("held: %v", held)
		}
		paid := anna.must(201, "POST", "/payments", pay(held["id"], "tok_ok"))
		if paid["status"] != "Captured" || paid["amount_cents"] != 9000.0 || paid["transaction_id"] == "" {
			t.Errorf("paid: %v", paid)
		}
		done := anna.must(200, "GET", "/reservations/"+held["id"].(string), nil)
		if tickets, _ := done["tickets"].([]any); done["status"] != "Completed" || len(tickets) != 2 {
			t.Errorf("done: %v; want two tickets", done)
		}
		anna.checkTickets(t)
		if items := anna.must(200, "GET", "/payments", nil)["items"].([]any); len(items) != 1 {
			t.Errorf("payments = %v, want one", items)
		}
		anna.must(200, "GET", "/payments/"+paid["id"].(string), nil)
		if items := anna.must(200, "GET", "/reservations", nil)["items"].([]any); len(items) != 1 || items[0].(object)["status"] != "Completed" {
			t.Errorf("reservations = %v, want the completed one", items)
		}
		seats := anna.must(200, "GET", "/events/"+event+"/sections/Stalls/seats", nil)["items"].([]any)
		if first := seats[0].(object); len(seats) != 20 || first["status"] != "sold" || first["mine"] != true {
			t.Errorf("%d seats, the first %v; want 20 and A1 mine", len(seats), first)
		}
	})
}

func (c *caller) checkTickets(t *testing.T) {
	t.Helper()
	items := c.must(200, "GET", "/tickets", nil)["items"].([]any)
	if len(items) != 2 || items[0].(object)["seat"] != "A1" || items[0].(object)["event_title"] != "Night Train" {
		t.Fatalf("tickets = %v; want A1 and A2", items)
	}
	id := items[0].(object)["id"].(string)
	if one := c.must(200, "GET", "/tickets/"+id, nil); one["status"] != "valid" {
		t.Errorf("ticket = %v", one)
	}
	status, header, svg := c.do("GET", "/tickets/"+id+".svg", nil)
	if status != 200 || header.Get("Content-Type") != "image/svg+xml" || !bytes.HasPrefix(svg, []byte("<svg ")) || !bytes.Contains(svg, []byte("h1v1h-1z")) {
		t.Errorf("svg: %d %s %.80s", status, header.Get("Content-Type"), svg)
	}
	c.s.as("bert").refused(404, "not_found", "GET", "/tickets/"+id, nil)
	c.s.as("bert").refused(404, "not_found", "GET", "/tickets/"+id+".svg", nil)
}

func TestHundredBuyersOneSeat(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event := s.onSale()
		var mu sync.Mutex
		answers := map[string]int{}
		var buyers sync.WaitGroup
		for i := range 100 {
			buyers.Go(func() {
				status, o := s.as(fmt.Sprint("buyer-", i)).send("POST", "/reservations",
					object{"event_id": event, "section": "Stalls", "seat_ids": []string{"A1"}})
				mu.Lock()
				defer mu.Unlock()
				answers[fmt.Sprint(status, " ", o["code"], " ", o["seats"])]++
			})
		}
		buyers.Wait()
		if answers["201 <nil> <nil>"] != 1 || answers["409 seat_taken [A1]"] != 99 {
			t.Errorf("answers = %v; want one 201 and 99 times 409 seat_taken", answers)
		}
		s.neverOversold(event)
	})
}

// neverOversold looks at every version that the stalls ever had.
func (s *site) neverOversold(eventID string) {
	s.t.Helper()
	key := stream.InventoryKey(eventID, "Stalls")
	latest, err := s.office.Inventory.State(s.t.Context(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	for version := range latest.Version {
		past, err := s.office.Inventory.State(s.t.Context(), key, store.AtVersion(version+1))
		if err != nil {
			s.t.Fatal(err)
		}
		if i := past.State; i.Held+i.Sold > i.Terms.Section.Capacity || len(i.Owners) != i.Held+i.Sold {
			s.t.Errorf("version %d: %d held and %d sold of %d", version+1, i.Held, i.Sold, i.Terms.Section.Capacity)
		}
	}
}

// Who asks over the socket is told by the state what who asks by HTTP is told at once.
func TestRejectedReservationSaysWhy(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event := s.onSale()
		s.as("ann").hold(201, event, "A1")
		bert, id := s.as("bert"), uuid.NewString()
		ctx := store.WithOrigin(t.Context(), store.Origin{Actor: store.Actor{ID: "bert"}})
		_, err := s.office.Reservations.Send(ctx, id, reservation.Initiate{
			ID: id, EventID: event, Section: "Stalls", SeatIDs: []string{"A1", "A2"},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.becomes(id, reservation.StatusRejected)
		refusal, _ := bert.must(200, "GET", "/reservations/"+id, nil)["refusal"].(object)
		if refusal["code"] != "seat_taken" || fmt.Sprint(refusal["details"]) != "map[seats:[A1]]" {
			t.Errorf("refusal = %v; want seat_taken of A1", refusal)
		}
	})
}

func TestThreeDeclinesAreOneTooMany(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		held := anna.hold(201, event, "A1")
		for left := 2.0; left >= 0; left-- {
			o := anna.refused(402, "payment_declined", "POST", "/payments", pay(held["id"], "tok_declined"))
			if o["attempts_left"] != left {
				t.Errorf("attempts_left = %v, want %v", o["attempts_left"], left)
			}
		}
		anna.refused(409, "invalid_transition", "POST", "/payments", pay(held["id"], "tok_ok"))
		if o := anna.must(200, "GET", "/reservations/"+held["id"].(string), nil); o["status"] != "Compensated" {
			t.Errorf("status = %v, want Compensated", o["status"])
		}
		s.seatsFree(event)
		s.as("bert").hold(201, event, "A1")
	})
}

// seatsFree waits until nobody holds or owns a seat of the stalls.
func (s *site) seatsFree(eventID string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	key := stream.InventoryKey(eventID, "Stalls")
	if i, err := s.office.Inventory.Await(ctx, key, free); err != nil {
		s.t.Fatalf("%d held, %d sold: %v", i.State.Held, i.State.Sold, err)
	}
}

func TestHoldExpires(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{Hold: 300 * time.Millisecond}, func(_ *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		held := anna.hold(201, event, "A1")
		s.becomes(held["id"], reservation.StatusExpired)
		anna.refused(409, "expired", "POST", "/payments", pay(held["id"], "tok_ok"))
		s.seatsFree(event)
	})
}

// The bank takes longer than a call may, so only the end of the hold decides.
func TestHoldEndsDuringTheCharge(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{Hold: time.Second}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		held := anna.hold(201, event, "A1")
		anna.refused(409, "expired", "POST", "/payments", pay(held["id"], "tok_slow"))
		s.seatsFree(event)
		if books, err := s.bank.Balances(t.Context()); err != nil || len(books) != 0 {
			t.Errorf("the bank has %v, %v; want nothing charged", books, err)
		}
		if o := anna.must(200, "GET", "/reservations/"+held["id"].(string), nil); o["status"] != "Expired" || len(o["tickets"].([]any)) != 0 {
			t.Errorf("%v; want it expired, without tickets", o)
		}
	})
}

func TestCancelBeforeAndAfterPayment(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		held := anna.hold(201, event, "A1")["id"].(string)
		if o := anna.must(200, "POST", "/reservations/"+held+"/cancel", nil); o["status"] != "Cancelled" {
			t.Errorf("before payment: %v", o["status"])
		}
		s.seatsFree(event)
		bought := anna.hold(201, event, "A2")["id"].(string)
		anna.must(201, "POST", "/payments", pay(bought, "tok_ok"))
		if o := anna.must(200, "POST", "/reservations/"+bought+"/cancel", object{"reason": "ill"}); o["refund_cents"] != 4500.0 {
			t.Errorf("after payment: %v; want all of it back", o)
		}
		s.becomes(bought, reservation.StatusRefunded)
		s.seatsFree(event)
		anna.refused(409, "invalid_transition", "POST", "/reservations/"+bought+"/cancel", nil)
	})
}

func TestReservationsOfOthersDoNotExist(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(_ *testing.T, s *site) {
		event, anna, bert := s.onSale(), s.as("anna"), s.as("bert")
		id := anna.hold(201, event, "A1")["id"].(string)
		for _, stranger := range []string{id, store.DeriveID("never made")} {
			bert.refused(404, "not_found", "GET", "/reservations/"+stranger, nil)
			bert.refused(404, "not_found", "POST", "/reservations/"+stranger+"/cancel", nil)
			bert.refused(404, "not_found", "POST", "/payments", pay(stranger, "tok_ok"))
		}
		s.as("boss admin").must(200, "GET", "/reservations/"+id, nil)
		for _, path := range []string{"/reservations", "/payments", "/tickets", "/reservations/" + id} {
			s.as("").refused(401, "unauthenticated", "GET", path, nil)
		}
		s.as("").refused(401, "unauthenticated", "POST", "/reservations", object{})
	})
}

func TestRepeatedRequestIsOnePurchase(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		ask := object{"event_id": event, "section": "Standing room", "quantity": 8}
		first := anna.must(201, "POST", "/reservations", ask, "Idempotency-Key", "k1")
		again := anna.must(201, "POST", "/reservations", ask, "Idempotency-Key", "k1")
		if first["id"] != again["id"] {
			t.Errorf("%v and %v; want one reservation", first["id"], again["id"])
		}
		ask["quantity"] = 1
		anna.refused(409, "idempotency_mismatch", "POST", "/reservations", ask, "Idempotency-Key", "k1")
		anna.refused(409, "quota_exceeded", "POST", "/reservations", ask)
		for range 2 {
			anna.must(201, "POST", "/payments", pay(first["id"], "tok_ok"), "Idempotency-Key", "k2")
		}
		books, err := s.bank.Balances(t.Context())
		if err != nil || len(books) != 1 {
			t.Errorf("the bank charged %v, %v; want once", books, err)
		}
	})
}

func TestBadReservations(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event, anna := s.onSale(), s.as("anna")
		for field, ask := range map[string]object{
			"quantity": {"event_id": event, "section": "Stalls", "quantity": 9},
			"seat_ids": {"event_id": event, "section": "Stalls", "seat_ids": []string{"A1", "A1"}},
			"section":  {"event_id": event, "quantity": 1},
			"event_id": {"event_id": "x", "section": "Stalls", "quantity": 1},
		} {
			o := anna.refused(422, "invalid", "POST", "/reservations", ask)
			if fields, _ := o["fields"].(object); fields[field] == nil {
				t.Errorf("%s: %v", field, o)
			}
		}
		anna.refused(422, "invalid", "POST", "/reservations", object{"event_id": event, "section": "Stalls", "seat_ids": []string{"Z9"}})
		anna.refused(409, "not_on_sale", "POST", "/reservations", object{"event_id": event, "section": "Roof", "quantity": 1})
		anna.refused(422, "invalid", "POST", "/payments", pay("", "tok_ok"))
		held := anna.hold(201, event, "A1")
		anna.refused(422, "invalid", "POST", "/payments", pay(held["id"], ""))
		if status, _, body := anna.do("POST", "/reservations", strings.Repeat("x", 10)); status < 400 || status > 422 {
			t.Errorf("a string as body: %d %s", status, body)
		}
	})
}

// A picture is asked for as soon as its page knows of the ticket, which it does from
// the reservation itself, whether or not the read models are as far.
func TestCodeOfATicketWaitsForTheReadModels(t *testing.T) {
	t.Parallel()
	s, lag := lagging(t)
	ann := s.as("ann")
	id := ann.hold(201, s.onSale(), "A1")["id"]
	lag.Lock()
	ann.must(201, "POST", "/payments", pay(id, "tok_ok"))
	held, err := s.office.Reservations.State(t.Context(), id.(string))
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan int, 1)
	go func() {
		status, _, _ := ann.do("GET", "/tickets/"+held.State.Tickets[0].ID+".svg", nil)
		answered <- status
	}()
	select {
	case status := <-answered:
		t.Errorf("%d before the ticket could be known", status)
		lag.Unlock()
	case <-time.After(100 * time.Millisecond):
		lag.Unlock()
		if status := <-answered; status != 200 {
			t.Errorf("%d when the read models had caught up, want 200", status)
		}
	}
}

func TestRepeatedPaymentIsAnsweredWithItsOwnAttempt(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		anna := s.as("anna")
		id := anna.hold(201, s.onSale(), "A1")["id"]
		first := []string{"Idempotency-Key", "first"}
		anna.refused(402, "payment_declined", "POST", "/payments", pay(id, "tok_declined"), first...)
		anna.must(201, "POST", "/payments", pay(id, "tok_ok"))
		anna.refused(402, "payment_declined", "POST", "/payments", pay(id, "tok_declined"), first...)
		anna.refused(409, "idempotency_mismatch", "POST", "/payments", pay(id, "tok_ok"), first...)
	})
}
