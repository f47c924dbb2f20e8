package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/examples/ticketing/reservation"
)

// erase has a user erased as package auth does it.
func (s *site) erase(user string) {
	s.t.Helper()
	outcomes, err := s.log.Append(s.t.Context(), []eventlog.Append{{
		Stream: eventlog.StreamID{Store: "user", Key: user}, Meta: eventlog.Meta{At: time.Now()},
		Events: []eventlog.NewEvent{{Name: "UserErased", Data: fmt.Appendf(nil, `{"ID":%q}`, user)}},
	}})
	if err == nil {
		err = outcomes[0].Err
	}
	if err == nil {
		err = s.runner.Wait(s.t.Context(), outcomes[0].Position)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestReadModelsForgetWhoIsErased has one purchase done and another under way when the
// account goes; the latter is completed for nobody.
func TestReadModelsForgetWhoIsErased(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{TicketKey: []byte("key")}, func(t *testing.T, s *site) {
		event, anna, bert := s.onSale(), s.as("anna"), s.as("bert")
		done, open, other := anna.hold(201, event, "A1"), anna.hold(201, event, "A2"), bert.hold(201, event, "B1")
		anna.must(201, "POST", "/payments", pay(done["id"], "tok_ok"))
		s.erase("anna")
		anna.must(201, "POST", "/payments", pay(open["id"], "tok_ok")) // was on its way
		bert.must(201, "POST", "/payments", pay(other["id"], "tok_ok"))

		for list, hers := range map[string]int{"reservations": 0, "tickets": 0, "payments": 1} { // what she did since is hers
			if items := anna.must(200, "GET", "/"+list, nil)["items"].([]any); len(items) != hers {
				t.Errorf("anna has the %s %v", list, items)
			}
			if items := bert.must(200, "GET", "/"+list, nil)["items"].([]any); len(items) != 1 {
				t.Errorf("bert has the %s %v", list, items)
			}
		}
		seats := anna.must(200, "GET", "/events/"+event+"/sections/Stalls/seats", nil)["items"].([]any)
		for _, seat := range seats[:2] {
			if seat := seat.(object); seat["status"] != "sold" || seat["mine"] != false {
				t.Errorf("seat %v; want it sold, to nobody", seat)
			}
		}
	})
}

func TestEventsOfAnOrganiserWhoIsErasedGoOn(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{}, func(t *testing.T, s *site) {
		event := s.onSale()
		s.erase("owner")
		if items := s.as("owner").must(200, "GET", "/events?owner=me", nil)["items"].([]any); len(items) > 0 {
			t.Errorf("the organiser has the events %v", items)
		}
		_, _, all := s.as("anna").do(http.MethodGet, "/events", nil)
		if !strings.Contains(string(all), event) || strings.Contains(string(all), `"owner_id":"owner"`) {
			t.Errorf("the events are %s", all)
		}
	})
}
