package elastic

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
)

// batch is one of events that follow a position.
func batch(after int64, events ...eventlog.NewEvent) projection.Batch {
	b := projection.Batch{After: after, Through: after + int64(len(events))}
	for i, e := range events {
		b.Events = append(b.Events, eventlog.Event{
			Position: after + int64(i) + 1, Stream: eventlog.StreamID{Store: "order", Key: "k"}, Name: e.Name, Data: e.Data,
		})
	}
	return b
}

func apply(t *testing.T, s *sink, b projection.Batch, want int64) {
	t.Helper()
	if position, err := s.Apply(t.Context(), b); position != want || err != nil {
		t.Fatalf("Apply of (%d, %d]: position %d, %v; want %d", b.After, b.Through, position, err, want)
	}
}

func prepared(t *testing.T, d *double) *sink {
	t.Helper()
	s := newSink(d.cluster(), "orders", definition, handlers()...)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnOwnerThatWasSucceededChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDouble(t)
	s := prepared(t, d)
	first, second := batch(0, place("a", "1"), place("b", "1")), batch(2, place("a", "2"), erase("b"))
	apply(t, s, first, 2)
	apply(t, s, second, 4)
	want := map[string]string{"a": source(2, 3)}
	for _, late := range []projection.Batch{first, second, batch(3, erase("a")), batch(9, erase("a"))} {
		apply(t, s, late, 4)
		wantFound(t, d, want)
	}
}

// TestANodeIsSucceededInTheMiddle has another node apply the batch, and the next,
// before each request of a node.
func TestANodeIsSucceededInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"POST /orders/_bulk", "PUT /projection_checkpoints/_doc/orders"} {
		d := newDouble(t)
		slow, other := prepared(t, d), newSink(d.cluster(), "orders", definition, handlers()...)
		b := batch(0, place("a", "1"), place("b", "1"))
		var once sync.Once
		d.with(func() {
			d.before = func(r string) {
				if r != request {
					return
				}
				d.with(func() { d.before = func(string) {} })
				once.Do(func() {
					apply(t, other, b, 2)
					apply(t, other, batch(2, place("a", "2"), erase("b")), 4)
				})
			}
		})
		apply(t, slow, b, 4)
		wantFound(t, d, map[string]string{"a": source(2, 3)})
	}
}

func TestACrashBetweenDocumentsAndCheckpointRepeatsTheBatch(t *testing.T) {
	t.Parallel()
	d := newDouble(t)
	s := prepared(t, d)
	b := batch(0, place("a", "1"), place("b", "1"), erase("b"), place("c", "1"))
	want := map[string]string{"a": source(1, 1), "c": source(1, 4)}
	d.with(func() { d.lose = "PUT /projection_checkpoints/_doc/orders" })
	if _, err := s.Apply(t.Context(), b); err == nil {
		t.Error("Apply succeeds without a checkpoint")
	}
	wantFound(t, d, want)
	d.with(func() { d.lose = "" })
	apply(t, newSink(d.cluster(), "orders", definition, handlers()...), b, 4)
	wantFound(t, d, want)
}

func TestWhatIsOverloadedIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		d, log := newDouble(t), newLog(t)
		d.refuse["o3"] = status
		s := prepared(t, d)
		_, err := s.Apply(t.Context(), batch(0, orders(4)...))
		var poison *projection.EventError
		if err == nil || errors.As(err, &poison) || !strings.Contains(err.Error(), `"o3"`) {
			t.Errorf("Apply: %v; want an error about o3 that is no event's fault", err)
		}
		d.refuse["o2"] = status
		r := start(t, log, New(d.cluster(), "orders", definition, handlers()...))
		wait(t, r, write(t, log, orders(4)...))
		if len(d.search("orders")) != 4 {
			t.Errorf("found %v, want 4", d.search("orders"))
		}
	}
}

func TestADocumentThatDoesNotFitStopsTheLine(t *testing.T) {
	t.Parallel()
	d, log := newDouble(t), newLog(t)
	r := start(t, log, New(d.cluster(), "orders", definition, handlers()...))
	position := write(t, log, place("a", "1"), place("b", "2"), place("c", `"much"`), place("d", "4"))
	s := await(t, r, func(s projection.Status) bool { return s.Failure != nil && s.Failure.Position > 0 })
	if s.Position != 2 || s.Failure.Position != 3 {
		t.Errorf("status = %+v, failure = %+v; want it to stand at position 3", s, s.Failure)
	}
	for _, want := range []string{`"c"`, "failed to parse field [total]", "the cause"} {
		if !strings.Contains(s.Failure.Message, want) {
			t.Errorf("failure %q does not tell %q", s.Failure.Message, want)
		}
	}
	if err := r.Skip(t.Context(), "orders", 3); err != nil {
		t.Fatal(err)
	}
	wait(t, r, position)
	wantFound(t, d, map[string]string{"a": source(1, 1), "b": source(2, 2), "d": source(4, 4)})
}

func TestWhatIsTooLargeIsSplit(t *testing.T) {
	t.Parallel()
	d := newDouble(t)
	s := prepared(t, d)
	d.with(func() { d.limit = 500 })
	apply(t, s, batch(0, orders(30)...), 30)
	if len(d.search("orders")) != 30 || d.bulks < 8 {
		t.Errorf("%d documents found after %d requests", len(d.search("orders")), d.bulks)
	}
	_, err := s.Apply(t.Context(), batch(30, place("a", "1"), place("b", `"`+strings.Repeat("9", 600)+`"`), place("c", "1")))
	var poison *projection.EventError
	if !errors.As(err, &poison) || poison.Position != 32 || !strings.Contains(err.Error(), `document "b"`) || !strings.Contains(err.Error(), "413") {
		t.Errorf("Apply: %v; want document b of position 32 to be too large", err)
	}
}

func TestWhatIsNoDocumentIsTheEventsFault(t *testing.T) {
	t.Parallel()
	d := newDouble(t)
	prepared(t, d)
	for want, add := range map[string]func(b *Bulk) error{
		"needs an id":      func(b *Bulk) error { return b.Delete("") },
		"unsupported type": func(b *Bulk) error { return b.Index("a", make(chan int)) },
		"refused":          func(*Bulk) error { return errors.New("refused") },
	} {
		s := newSink(d.cluster(), "orders", "", projection.On("order", func(_ context.Context, b *Bulk, m projection.Meta, _ placed) error {
			if m.Position < 2 {
				return nil
			}
			return add(b)
		}))
		_, err := s.Apply(t.Context(), batch(0, orders(3)...))
		var poison *projection.EventError
		if !errors.As(err, &poison) || poison.Position != 2 || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q at position 2", err, want)
		}
	}
}

// TestTheClustersFaults has answers that are no event's fault.
func TestTheClustersFaults(t *testing.T) {
	t.Parallel()
	for want, respond := range map[string]func(w http.ResponseWriter){
		"401 Unauthorized: security_exception: who are you": func(w http.ResponseWriter) { refused(w, http.StatusUnauthorized, "security_exception", "who are you") },
		"502 Bad Gateway: <html>":                           func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway); _, _ = w.Write([]byte("<html>")) },
		"2 actions with 0 items":                            func(w http.ResponseWriter) { answer(w, http.StatusOK, `{"items":[]}`) },
		"unexpected EOF":                                    func(w http.ResponseWriter) { answer(w, http.StatusOK, `{"items":[`) },
		"404 Not Found: index_not_found":                    func(w http.ResponseWriter) { refused(w, http.StatusNotFound, "index_not_found", "no such index") },
	} {
		d := newDouble(t)
		s := prepared(t, d)
		d.with(func() { d.bulkAnswer = respond })
		_, err := s.Apply(t.Context(), batch(0, orders(2)...))
		var poison *projection.EventError
		if err == nil || errors.As(err, &poison) || !strings.Contains(err.Error(), want) {
			t.Errorf("Apply: %v; want %q", err, want)
		}
		d.with(func() { d.bulkAnswer = nil })
		apply(t, s, batch(0, orders(2)...), 2)
	}
}
