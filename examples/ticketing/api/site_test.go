package api_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/examples/ticketing/api"
	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/payment/gateway"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type object = map[string]any

// site is the box office on a port, without sign-in: the caller says who it is.
type site struct {
	t      *testing.T
	url    string
	office *api.API
	bank   *gateway.Gateway
	log    eventlog.Backend
	models *sql.DB
	runner *projection.Runner
}

// onEach runs the test on each database that needs no server.
func onEach(t *testing.T, policy reservation.Reducer, run func(t *testing.T, s *site)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		run(t, inMemory(t, nil, policy))
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "box.db"))
		if err != nil {
			t.Fatal(err)
		}
		run(t, serve(t, log, log.ReadModels(), log.WriteLock(), policy))
	})
}

func inMemory(t *testing.T, lock sync.Locker, policy reservation.Reducer) *site {
	t.Helper()
	models, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	models.SetMaxOpenConns(1) // each connection would be a database of its own
	t.Cleanup(func() { _ = models.Close() })
	return serve(t, memory.New(), models, lock, policy)
}

// lagging is a site whose read models stand still while the lock is held.
func lagging(t *testing.T) (*site, sync.Locker) {
	t.Helper()
	lock := &sync.Mutex{}
	return inMemory(t, lock, reservation.Reducer{}), lock
}

func serve(t *testing.T, log eventlog.Backend, models *sql.DB, lock sync.Locker, policy reservation.Reducer) *site {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	bank, err := gateway.Open(t.Context(), "", gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rt := store.NewRuntime(log, store.Options{Logger: logger})
	runner := projection.NewRunner(rt, models, projection.Options{Logger: logger, WriteLock: lock}, readmodel.Projections()...)
	office := &api.API{
		Name: "Test", Dev: true,
		Events:       store.New(rt, stream.Event, event.Reducer{}),
		Inventory:    store.New(rt, stream.Inventory, inventory.Reducer{}),
		Reservations: store.New(rt, stream.Reservation, policy),
		Model:        readmodel.New(models),
		Wait:         runner.Wait,
	}
	store.New(rt, stream.Quota, quota.Reducer{})
	store.New(rt, stream.Payment, payment.Reducer{})
	payment.Handle(rt, bank, payment.Options{Timeout: 200 * time.Millisecond})
	for _, start := range []func(context.Context) error{rt.Start, runner.Start} {
		if err := start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	router := web.NewRouter(web.Options{Logger: logger, ReadWait: 30 * time.Second})
	router.Use(web.Identify(callerSays))
	router.Route("/api", func(r chi.Router) { office.Routes(r) })
	server := httptest.NewServer(router)
	t.Cleanup(func() {
		server.Close()
		runner.Close()
		_ = rt.Close(context.Background())
		_ = bank.Close()
		_ = log.Close()
	})
	return &site{t: t, url: server.URL + "/api", office: office, bank: bank, log: log, models: models, runner: runner}
}

// callerSays reads "id" or "id admin" from a header.
func callerSays(r *http.Request) (store.Actor, error) {
	id, role, _ := strings.Cut(r.Header.Get("X-Test-Actor"), " ")
	return store.Actor{ID: id, Roles: strings.Fields(role)}, nil
}

// caller is somebody who sends requests; "" is nobody in particular.
type caller struct {
	s     *site
	actor string

	position string // of the last answer, so that reads see own writes
}

func (s *site) as(actor string) *caller { return &caller{s: s, actor: actor} }

func (c *caller) do(method, path string, body any, headers ...string) (status int, header http.Header, data []byte) {
	c.s.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	if body == nil {
		content = nil
	}
	r, err := http.NewRequestWithContext(c.s.t.Context(), method, c.s.url+path, bytes.NewReader(content))
	if err != nil {
		c.s.t.Fatal(err)
	}
	r.Header.Set("X-Test-Actor", c.actor)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.position != "" {
		r.Header.Set("Store-After", c.position)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.s.t.Fatal(err)
	}
	defer response.Body.Close()
	if data, err = io.ReadAll(response.Body); err != nil {
		c.s.t.Fatal(err)
	}
	if p := response.Header.Get("Store-Position"); p != "" {
		c.position = p
	}
	return response.StatusCode, response.Header, data
}

// send repeats a POST under its idempotency key while it is not decided (202, 503,
// 504), as the pages do: the machine that runs the tests may be busy.
func (c *caller) send(method, path string, body any, headers ...string) (int, object) {
	c.s.t.Helper()
	if method == http.MethodPost {
		headers = append([]string{"Idempotency-Key", uuid.NewString()}, headers...)
	}
	status, _, data := c.do(method, path, body, headers...)
	for range 60 {
		if method != http.MethodPost || status != 202 && status < 503 {
			break
		}
		status, _, data = c.do(method, path, body, headers...)
	}
	var o object
	if len(data) > 0 {
		if err := json.Unmarshal(data, &o); err != nil {
			c.s.t.Fatalf("%s %s: %d %s", method, path, status, data)
		}
	}
	return status, o
}

// must sends a request that has to be answered with the status.
func (c *caller) must(want int, method, path string, body any, headers ...string) object {
	c.s.t.Helper()
	status, o := c.send(method, path, body, headers...)
	if status != want {
		c.s.t.Fatalf("%s %s: %d %v; want %d", method, path, status, o, want)
	}
	return o
}

// refused sends a request that has to be refused with status and code.
func (c *caller) refused(want int, code, method, path string, body any, headers ...string) object {
	c.s.t.Helper()
	status, o := c.send(method, path, body, headers...)
	if status != want || o["code"] != code {
		c.s.t.Errorf("%s %s: %d %v; want %d %s", method, path, status, o, want, code)
	}
	return o
}

func details() object {
	start := time.Now().AddDate(0, 2, 0).UTC().Truncate(time.Second)
	from := start.AddDate(-1, 0, 0)
	return object{
		"title": "Night Train", "description": "A play", "starts_at": start, "ends_at": start.Add(2 * time.Hour),
		"timezone": "Europe/Berlin", "currency": "EUR", "venue": object{"name": "Hall 1", "address": "Street 1"},
		"sections": []object{
			{"name": "Stalls", "kind": "numbered", "rows": []object{{"label": "A", "seats": 10}, {"label": "B", "seats": 10}}},
			{"name": "Standing room", "kind": "general", "capacity": 200},
		},
		"tiers": []object{
			{"kind": "regular", "section": "Stalls", "price_cents": 4500, "from": from},
			{"kind": "regular", "section": "Standing room", "price_cents": 2500, "from": from},
		},
	}
}

// onSale makes an event and waits until its sections sell.
func (s *site) onSale() (id string) {
	s.t.Helper()
	owner := s.as("owner")
	id = owner.must(201, "POST", "/events", details())["id"].(string)
	owner.must(200, "POST", "/events/"+id+"/publish", nil)
	owner.must(200, "POST", "/events/"+id+"/open-sales", nil)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	for _, section := range []string{"Stalls", "Standing room"} {
		_, err := s.office.Inventory.Await(ctx, stream.InventoryKey(id, section), func(i inventory.Inventory) bool {
			return i.Terms.Sale == inventory.SaleOpen
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return id
}

func (c *caller) hold(want int, eventID string, seats ...string) object {
	c.s.t.Helper()
	return c.must(want, "POST", "/reservations", object{"event_id": eventID, "section": "Stalls", "seat_ids": seats})
}

func pay(reservationID any, token string) object {
	return object{"reservation_id": reservationID, "payment_method": object{"type": "credit_card", "token": token}}
}

// becomes waits until the reservation has the status.
func (s *site) becomes(id any, status reservation.Status) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	got, err := s.office.Reservations.Await(ctx, id.(string), func(r reservation.Reservation) bool { return r.Status == status })
	if err != nil {
		s.t.Fatalf("the reservation stays %s, want %s: %v", got.State.Status, status, err)
	}
}
