package elastic

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type placed struct {
	ID    string
	Total any
}

type erased struct{ ID string }

type doc struct {
	Total any   `json:"total"`
	At    int64 `json:"at"`
}

func handlers() []projection.Handler[*Bulk] {
	return []projection.Handler[*Bulk]{
		projection.On("order", func(_ context.Context, b *Bulk, m projection.Meta, e placed) error {
			return b.Index(e.ID, doc{e.Total, m.Position})
		}),
		projection.On("order", func(_ context.Context, b *Bulk, _ projection.Meta, e erased) error {
			return b.Delete(e.ID)
		}),
	}
}

const definition = `{"mappings":{"properties":{"total":{"type":"long"}}}}`

func newLog(t *testing.T) eventlog.Backend {
	t.Helper()
	log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log
}

// start starts a node of its own.
func start(t *testing.T, log eventlog.Backend, p projection.Projection) *projection.Runner {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, store.Options{Logger: logger})
	r := projection.NewRunner(rt, nil, projection.Options{Logger: logger, Batch: 7, Pause: time.Millisecond}, p)
	for _, start := range []func(context.Context) error{rt.Start, r.Start} {
		if err := start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		r.Close()
		_ = rt.Close(context.Background())
	})
	return r
}

// write appends events, each to a stream of its own, and returns the position of the last.
func write(t *testing.T, log eventlog.Backend, events ...eventlog.NewEvent) (position int64) {
	t.Helper()
	for i, e := range events {
		o, err := log.Append(t.Context(), []eventlog.Append{{
			Stream: eventlog.StreamID{Store: "order", Key: fmt.Sprint(time.Now().UnixNano(), i)},
			Events: []eventlog.NewEvent{e}, Meta: eventlog.Meta{At: time.Now()},
		}})
		if err != nil || o[0].Err != nil {
			t.Fatal(err, o)
		}
		position = o[0].Position
	}
	return position
}

func place(id, total string) eventlog.NewEvent {
	return eventlog.NewEvent{Name: "placed", Data: fmt.Appendf(nil, `{"ID":%q,"Total":%s}`, id, total)}
}

func erase(id string) eventlog.NewEvent {
	return eventlog.NewEvent{Name: "erased", Data: fmt.Appendf(nil, `{"ID":%q}`, id)}
}

// orders are n of them, with totals from 1.
func orders(n int) (events []eventlog.NewEvent) {
	for i := range n {
		events = append(events, place(fmt.Sprint("o", i+1), fmt.Sprint(i+1)))
	}
	return events
}

func wait(t *testing.T, r *projection.Runner, position int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Wait(ctx, position); err != nil {
		t.Fatalf("Wait(%d): %v", position, err)
	}
}

// await returns the status of the only projection as soon as it is as wanted.
func await(t *testing.T, r *projection.Runner, wanted func(projection.Status) bool) projection.Status {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		status, err := r.Status(ctx)
		if err != nil {
			t.Fatalf("%v; the last status was %+v", err, status)
		}
		if wanted(status[0]) {
			return status[0]
		}
	}
}

// wantFound compares what searches find with sources by id.
func wantFound(t *testing.T, d *double, want map[string]string) {
	t.Helper()
	if got := d.search("orders"); !maps.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func source(total any, at int64) string { return fmt.Sprintf(`{"total":%v,"at":%d}`, total, at) }

func TestSearchesFindWhatWasWaitedFor(t *testing.T) {
	t.Parallel()
	d, log := newDouble(t), newLog(t)
	p := New(d.cluster(), "orders", definition, handlers()...)
	first, second := start(t, log, p), start(t, log, p)
	position := write(t, log, append(orders(40), place("o1", "100"), erase("o2"), erase("unknown"))...)
	want := map[string]string{"o1": source(100, 41)}
	for i := int64(3); i <= 40; i++ {
		want[fmt.Sprint("o", i)] = source(i, i)
	}
	for _, r := range []*projection.Runner{first, second} {
		wait(t, r, position)
		wantFound(t, d, want)
		r.Close()
	}
	third := start(t, log, p)
	position = write(t, log, erase("o3"))
	wait(t, third, position)
	delete(want, "o3")
	wantFound(t, d, want)
	if got := d.indices["orders"].definition; got != definition {
		t.Errorf("the index was created with %q", got)
	}
}

func TestADeletedIndexIsFilledAnew(t *testing.T) {
	t.Parallel()
	d, log := newDouble(t), newLog(t)
	p := New(d.cluster(), "orders", "", handlers()...)
	first := start(t, log, p)
	wait(t, first, write(t, log, orders(10)...))
	want := d.search("orders")
	first.Close()
	d.with(func() { delete(d.indices, "orders") })
	wait(t, start(t, log, p), 10)
	wantFound(t, d, want)
}

func TestRebuildIsRefused(t *testing.T) {
	t.Parallel()
	d := newDouble(t)
	r := start(t, newLog(t), New(d.cluster(), "orders", "", handlers()...))
	if err := r.Rebuild(t.Context(), "orders"); !errors.Is(err, projection.ErrNoRebuild) {
		t.Errorf("Rebuild: %v, want ErrNoRebuild", err)
	}
}

func TestCredentialsAreSent(t *testing.T) {
	t.Parallel()
	for header, credentials := range map[string]Cluster{
		"ApiKey a2V5":            {APIKey: "a2V5"},
		"Basic dXNlcjpzZWNyZXQ=": {User: "user", Password: "secret"},
	} {
		d := newDouble(t)
		d.auth = header
		cluster := d.cluster()
		cluster.APIKey, cluster.User, cluster.Password = credentials.APIKey, credentials.User, credentials.Password
		s := newSink(cluster, "orders", "", handlers()...)
		if err := s.Prepare(t.Context()); err != nil {
			t.Error(err)
		}
		apply(t, s, batch(0, orders(1)...), 1)
	}
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	cluster := Cluster{URL: "http://localhost:9200"}
	for want, mistake := range map[string]func(){
		"the name":     func() { New(cluster, "Orders", "") },
		"the URL":      func() { New(Cluster{URL: "localhost:9200"}, "orders", "") },
		"two handlers": func() { New(cluster, "orders", "", append(handlers(), handlers()...)...) },
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("panic: %q, want %q", said, want)
				}
			}()
			mistake()
		}()
	}
}

func ExampleNew() {
	type document struct {
		Buyer string `json:"buyer"`
	}
	type placed struct{ Buyer, Card string }
	p := New(Cluster{URL: "http://localhost:9200"}, "orders", `{"mappings":{"properties":{"buyer":{"type":"keyword"}}}}`,
		projection.On("order", func(_ context.Context, b *Bulk, m projection.Meta, e placed) error {
			return b.Index(m.Key, document{Buyer: e.Buyer})
		}))
	fmt.Println(p.Name())
	// Output: orders
}
