package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/examples/ticketing/reservation"
)

// bought is a purchase that took two attempts to pay.
func (s *site) bought(c *caller) (id string) {
	s.t.Helper()
	id = c.hold(201, s.onSale(), "A1", "A2")["id"].(string)
	c.refused(402, "payment_declined", "POST", "/payments", pay(id, "tok_declined"))
	c.must(201, "POST", "/payments", pay(id, "tok_ok"))
	s.becomes(id, reservation.StatusCompleted)
	return id
}

// told is a history in short.
func told(items []any) (lines []string) {
	for _, item := range items {
		d := item.(object)
		var events []string
		for _, e := range d["events"].([]any) {
			events = append(events, fmt.Sprint(e.(object)["version"], " ", e.(object)["name"]))
		}
		store, _, _ := strings.Cut(d["stream"].(string), "/")
		lines = append(lines, fmt.Sprintf("%s: %s → %s", store, d["action"], strings.Join(events, ", ")))
	}
	return lines
}

func TestHistoryTellsAPurchaseAndItsPayments(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{TicketKey: []byte("key")}, func(t *testing.T, s *site) {
		anna := s.as("anna")
		id := s.bought(anna)
		items := anna.must(200, "GET", "/reservations/"+id+"/history", nil)["items"].([]any)
		want := []string{
			"reservation: Initiate → 1 Initiated",
			"reservation: HoldGranted → 2 SeatsHeld",
			"reservation: Pay → 3 PaymentStarted",
			"payment: Start → 1 Started",
			"payment: Declined → 2 Failed",
			"reservation: ChargeDeclined → 4 PaymentDeclined",
			"reservation: Pay → 5 PaymentStarted",
			"payment: Start → 1 Started",
			"payment: Charged → 2 Authorized, 3 Captured",
			"reservation: ChargeSucceeded → 6 PaymentCompleted",
			"reservation: SaleConfirmed → 7 Completed",
		}
		if diff := cmp.Diff(want, told(items)); diff != "" {
			t.Error(diff)
		}
		follow(t, items[2].(object), items[3].(object))
		_, _, body := anna.do("GET", "/reservations/"+id+"/history", nil)
		if strings.Contains(string(body), "tok_") {
			t.Errorf("the history shows the card's token: %s", body)
		}
	})
}

// follow goes from one stream to the other by the effect between them.
func follow(t *testing.T, pays, starts object) {
	t.Helper()
	for _, e := range pays["effects"].([]any) {
		effect := e.(object)
		if effect["to"] == starts["stream"] && effect["id"] == starts["causation_id"] && effect["action"] == "Start" && effect["status"] == "done" {
			return
		}
	}
	t.Errorf("effects = %v; want the dispatch that caused %v", pays["effects"], starts)
}

func TestHistoryOfAPurchaseHasPages(t *testing.T) {
	t.Parallel()
	s := inMemory(t, nil, reservation.Reducer{})
	anna := s.as("anna")
	path := "/reservations/" + s.bought(anna) + "/history"
	whole := told(anna.must(200, "GET", path, nil)["items"].([]any))
	var pages []string
	for cursor := any(""); cursor != nil; {
		page := anna.must(200, "GET", fmt.Sprintf("%s?limit=4&cursor=%v", path, cursor), nil)
		if n := len(page["items"].([]any)); n == 0 || n > 4 {
			t.Fatalf("a page of %d", n)
		}
		pages, cursor = append(pages, told(page["items"].([]any))...), page["next_cursor"]
	}
	if diff := cmp.Diff(whole, pages); diff != "" {
		t.Error(diff)
	}
	anna.refused(422, "invalid", "GET", path+"?limit=x", nil)
}

func TestThePastOfAPurchase(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		anna := s.as("anna")
		path := "/reservations/" + s.bought(anna) + "/at/"
		for i, want := range []string{
			"Initiated", "SeatsHeld", "PaymentPending", "SeatsHeld", "PaymentPending", "PaymentCompleted", "Completed",
		} {
			past := anna.must(200, "GET", fmt.Sprint(path, i+1), nil)
			state := past["state"].(object)
			if past["version"] != float64(i+1) || state["status"] != want || state["customer_id"] != "anna" {
				t.Errorf("version %d: %v; want %s", i+1, past, want)
			}
		}
		for _, version := range []string{"0", "8", "-1", "x"} {
			anna.refused(404, "not_found", "GET", path+version, nil)
		}
	})
}

func TestWhoMaySeeAHistory(t *testing.T) {
	t.Parallel()
	s := inMemory(t, nil, reservation.Reducer{})
	id := s.as("anna").hold(201, s.onSale(), "A1")["id"].(string)
	for _, path := range []string{"/reservations/" + id + "/history", "/reservations/" + id + "/at/1"} {
		s.as("root admin").must(200, "GET", path, nil)
		s.as("bert").refused(404, "not_found", "GET", path, nil)
		s.as("").refused(401, "unauthenticated", "GET", path, nil)
	}
	s.as("anna").refused(404, "not_found", "GET", "/reservations/nobody/history", nil)
}

func TestWhyAnEffectFailedIsForAdministrators(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{TicketKey: []byte("key")}, func(t *testing.T, s *site) {
		anna := s.as("anna")
		id := anna.hold(201, s.onSale(), "A1")["id"].(string)
		var paying sync.WaitGroup
		paying.Go(func() { anna.do("POST", "/payments", pay(id, "tok_stuck")) })
		history := func(c *caller) string {
			_, _, body := c.do("GET", "/reservations/"+id+"/history", nil)
			return string(body)
		}
		for !strings.Contains(history(anna), `"dead"`) {
			if t.Context().Err() != nil {
				t.Fatal("the charge was not given up")
			}
		}
		const reason = "suspended"
		if mine := history(anna); strings.Contains(mine, reason) || !strings.Contains(mine, "did not work out") {
			t.Errorf("the buyer is told %s", mine)
		}
		if all := history(s.as("root admin")); !strings.Contains(all, reason) {
			t.Errorf("an administrator is told %s", all)
		}
		rt := s.office.Payments.Runtime()
		dead, err := rt.DeadLetters(t.Context(), 2)
		if err != nil || len(dead) != 1 || rt.Revive(t.Context(), dead[0].ID) != nil {
			t.Fatalf("dead letters = %+v, %v; want one, to be tried again", dead, err)
		}
		s.becomes(id, reservation.StatusCompleted)
		paying.Wait()
	})
}
