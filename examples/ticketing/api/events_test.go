package api_test

import (
	"testing"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/reservation"
)

func free(i inventory.Inventory) bool { return i.Held+i.Sold == 0 }

func TestDraftsAreSeenByOwnerAndAdminOnly(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		owner := s.as("owner")
		id := owner.must(201, "POST", "/events", details())["id"].(string)
		after := owner.position
		for actor, visible := range map[string]bool{"owner": true, "boss admin": true, "stranger": false, "": false} {
			c := s.as(actor)
			c.position = after
			status := 404
			if visible {
				status = 200
			}
			for _, path := range []string{"", "/availability", "/total-available", "/sections/Stalls/availability", "/sections/Stalls/seats"} {
				c.must(status, "GET", "/events/"+id+path, nil)
			}
			if items := c.must(200, "GET", "/events", nil)["items"].([]any); (len(items) == 1) != visible {
				t.Errorf("%q lists %d drafts", actor, len(items))
			}
		}
		for _, move := range []string{"/publish", "/open-sales", "/close-sales"} {
			s.as("stranger").refused(404, "not_found", "POST", "/events/"+id+move, nil)
		}
		if items := owner.must(200, "GET", "/events?owner=me", nil)["items"].([]any); len(items) != 1 {
			t.Errorf("own events = %v, want the draft", items)
		}
		if status, _ := owner.send("DELETE", "/events/"+id, nil); status != 204 {
			t.Errorf("DELETE of a draft: %d, want 204", status)
		}
		owner.refused(404, "not_found", "GET", "/events/"+id, nil)
	})
}

func TestEventLife(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		owner := s.as("owner")
		id := owner.must(201, "POST", "/events", details())["id"].(string)
		path := "/events/" + id
		_, header, _ := owner.do("GET", path, nil)
		owner.must(200, "PATCH", path, object{"title": "Day Train"}, "If-Match", header.Get("ETag"))
		owner.refused(412, "precondition_failed", "PATCH", path, object{"title": "Late"}, "If-Match", header.Get("ETag"))
		owner.refused(409, "invalid_transition", "POST", path+"/open-sales", nil)
		owner.must(200, "POST", path+"/publish", nil)
		owner.refused(409, "invalid_transition", "POST", path+"/publish", nil)
		s.as("stranger").refused(403, "forbidden", "POST", path+"/open-sales", nil)
		s.as("").refused(401, "unauthenticated", "POST", path+"/open-sales", nil)
		owner.must(200, "POST", path+"/open-sales", nil)
		owner.must(200, "POST", path+"/close-sales", nil)
		if o := owner.refused(422, "invalid", "PATCH", path, object{"currency": "USD"}); o["fields"].(object)["currency"] == nil {
			t.Errorf("%v; want the currency refused", o)
		}
		owner.refused(422, "invalid", "POST", path+"/cancel", object{"reason": ""})
		o := owner.must(200, "POST", path+"/cancel", object{"reason": "rain"})
		if o["status"] != "Cancelled" || o["reason"] != "rain" || o["title"] != "Day Train" {
			t.Errorf("cancelled: %v", o)
		}
		owner.refused(409, "invalid_transition", "POST", path+"/open-sales", nil)
	})
}

func TestAvailabilityFollowsHoldsAndBlocks(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event, owner := s.onSale(), s.as("owner")
		section := "/events/" + event + "/sections/"
		s.as("stranger").refused(403, "forbidden", "POST", section+"Stalls/block", object{"seat_ids": []string{"B1"}})
		owner.must(200, "POST", section+"Stalls/block", object{"seat_ids": []string{"B1", "B2"}})
		owner.must(200, "POST", section+"Stalls/unblock", object{"seat_ids": []string{"B2"}})
		anna := s.as("anna")
		anna.hold(201, event, "A1", "A2", "A3")
		o := anna.must(200, "GET", section+"Stalls/availability", nil)
		for field, want := range map[string]float64{"total": 20, "held": 3, "blocked": 1, "sold": 0, "available": 16, "price_cents": 4500} {
			if o[field] != want {
				t.Errorf("%s = %v, want %v", field, o[field], want)
			}
		}
		if o := anna.must(200, "GET", section+"Standing%20room/availability", nil); o["available"] != 200.0 || o["tier"] != "regular" {
			t.Errorf("standing: %v", o)
		}
		if o := anna.must(200, "GET", "/events/"+event+"/total-available", nil); o["total_available"] != 216.0 {
			t.Errorf("total: %v", o)
		}
		s.as("bert").refused(409, "seat_taken", "POST", "/reservations", object{"event_id": event, "section": "Stalls", "seat_ids": []string{"B1"}})
		anna.refused(404, "not_found", "GET", section+"Roof/availability", nil)
		anna.refused(404, "not_found", "GET", section+"Roof/seats", nil)
	})
}

func TestListsArePagedAndSearched(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		owner := s.as("owner")
		for _, title := range []string{"Alpha", "Beta 100%", "Gamma"} {
			d := details()
			d["title"] = title
			id := owner.must(201, "POST", "/events", d)["id"].(string)
			owner.must(200, "POST", "/events/"+id+"/publish", nil)
		}
		seen, cursor := map[any]bool{}, ""
		for range 3 {
			page := owner.must(200, "GET", "/events?limit=1"+cursor, nil)
			items := page["items"].([]any)
			seen[items[0].(object)["title"]] = true
			if next, more := page["next_cursor"].(string); more {
				cursor = "&cursor=" + next
			}
		}
		if len(seen) != 3 {
			t.Errorf("pages showed %v, want three events", seen)
		}
		for query, want := range map[string]int{
			"?q=alp": 1, "?q=ALP": 1, "?q=100%25": 1, "?q=%25": 1, "?q=_": 0, "?status=Published": 3, "?status=SalesOpen": 0,
			"?from=2999-01-01T00:00:00Z": 0, "?to=2999-01-01T00:00:00Z": 3,
		} {
			if items := owner.must(200, "GET", "/events"+query, nil)["items"].([]any); len(items) != want {
				t.Errorf("%s: %d events, want %d", query, len(items), want)
			}
		}
		for _, bad := range []string{"?limit=x", "?limit=-1", "?from=yesterday"} {
			owner.refused(422, "invalid", "GET", "/events"+bad, nil)
		}
		s.as("").refused(401, "unauthenticated", "GET", "/events?owner=me", nil)
	})
}

func TestConfig(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		if o := s.as("").must(200, "GET", "/config", nil); o["dev"] != true || o["name"] != "Test" {
			t.Errorf("config = %v", o)
		}
	})
}
