package api_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// TestRebuiltReadModelsEqualLiveOnes rebuilds each of them while people buy and
// look, and compares their rows with those of tables that only ever followed.
func TestRebuiltReadModelsEqualLiveOnes(t *testing.T) {
	t.Parallel()
	onEach(t, reservation.Reducer{TicketKey: []byte("key")}, checkRebuilds)
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		log, err := postgres.Open(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		checkRebuilds(t, serve(t, log, log.ReadModels(), nil, reservation.Reducer{TicketKey: []byte("key")}))
	})
}

func checkRebuilds(t *testing.T, s *site) {
	event := s.onSale()
	rebuilt := make(chan struct{})
	var people sync.WaitGroup
	people.Go(func() { s.buyUntil(rebuilt, event) })
	people.Go(func() { s.lookUntil(rebuilt, event) })
	for range 2 {
		for _, p := range readmodel.Projections() {
			if err := s.runner.Rebuild(t.Context(), p.Name()); err != nil {
				t.Errorf("rebuild of %s: %v", p.Name(), err)
			}
		}
	}
	close(rebuilt)
	people.Wait()
	if t.Failed() {
		return
	}
	got, want := s.rows(), s.followed()
	for position := int64(0); !cmp.Equal(got, want); got, want = s.rows(), s.followed() {
		// The runtime may still follow up on what was bought.
		if head := s.head(); head != position {
			position = head
			continue
		}
		t.Fatalf("rebuilt under writes (+), only followed (-):\n%s", cmp.Diff(want, got))
	}
	if len(got["payments"]) == 0 || len(got["tickets"]) == 0 || len(got["seats"]) != 20 {
		t.Errorf("rows = %v; want some of each", got)
	}
}

// buyUntil buys and gives back until stop is closed.
func (s *site) buyUntil(stop <-chan struct{}, event string) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		buyer := s.as(fmt.Sprint("buyer", i))
		held := buyer.must(201, "POST", "/reservations", object{"event_id": event, "section": "Stalls", "seat_ids": []string{"A1"}})
		buyer.must(201, "POST", "/payments", pay(held["id"], "tok_ok"))
		buyer.must(200, "POST", "/reservations/"+held["id"].(string)+"/cancel", object{"reason": "ill"})
		given := buyer.must(201, "POST", "/reservations", object{"event_id": event, "section": "Standing room", "quantity": 1})
		buyer.must(200, "POST", "/reservations/"+given["id"].(string)+"/cancel", object{"reason": "late"})
	}
}

// lookUntil reads until stop is closed: what was there is there.
func (s *site) lookUntil(stop <-chan struct{}, event string) {
	visitor := s.as("")
	visitor.position = strconv.FormatInt(s.head(), 10)
	for last := 0; ; {
		select {
		case <-stop:
			return
		default:
		}
		if items := visitor.must(200, "GET", "/events", nil)["items"].([]any); len(items) != 1 {
			s.t.Errorf("%d events are listed, want 1", len(items))
		}
		if seats := visitor.must(200, "GET", "/events/"+event+"/sections/Stalls/seats", nil)["items"].([]any); len(seats) != 20 {
			s.t.Errorf("%d seats, want 20", len(seats))
		}
		var payments int
		if err := s.models.QueryRowContext(s.t.Context(), `SELECT count(*) FROM payments`).Scan(&payments); err != nil || payments < last {
			s.t.Errorf("%d payments after %d, %v", payments, last, err)
		}
		last = payments
	}
}

func (s *site) head() int64 {
	head, err := s.log.Wait(s.t.Context(), -1)
	if err != nil {
		s.t.Fatal(err)
	}
	return head
}

// rows waits for the read models and returns all their rows.
func (s *site) rows() map[string][]string {
	if err := s.runner.Wait(s.t.Context(), s.head()); err != nil {
		s.t.Fatal(err)
	}
	return rows(s.t, s.models)
}

// alone is a log as if no other node followed it.
type alone struct{ eventlog.Backend }

func (alone) Exclusive() bool { return true }

// followed returns the rows of tables that were never rebuilt.
func (s *site) followed() map[string][]string {
	models, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		s.t.Fatal(err)
	}
	defer models.Close()
	models.SetMaxOpenConns(1)
	logger := slog.New(slog.DiscardHandler)
	runner := projection.NewRunner(store.NewRuntime(alone{s.log}, store.Options{Logger: logger}), models,
		projection.Options{Logger: logger}, readmodel.Projections()...)
	if err := runner.Start(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	defer runner.Close()
	if err := runner.Wait(s.t.Context(), s.head()); err != nil {
		s.t.Fatal(err)
	}
	return rows(s.t, models)
}

func rows(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range []string{"events", "sections", "seats", "reservations", "tickets", "payments"} {
		found, err := db.QueryContext(t.Context(), `SELECT * FROM `+table+` ORDER BY 1, 2, 3`)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := found.Scan(into...); err != nil {
				t.Fatal(err)
			}
			all[table] = append(all[table], fmt.Sprint(values...))
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		found.Close()
	}
	return all
}
