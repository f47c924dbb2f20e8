package ws_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/ws"
)

// witness counts what a hub tells of.
type witness struct {
	mu   sync.Mutex
	seen map[string]int
	told chan struct{} // has room for one more
}

func newWitness() *witness { return &witness{seen: map[string]int{}, told: make(chan struct{}, 1)} }

func (w *witness) observe(what, label string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[strings.TrimSpace(what+" "+label)]++
	select {
	case w.told <- struct{}{}:
	default:
	}
}

// await blocks until the hub has told of it n times.
func (w *witness) await(t *testing.T, what string, n int) {
	t.Helper()
	tooLong := time.After(30 * time.Second)
	for {
		w.mu.Lock()
		seen := maps.Clone(w.seen)
		w.mu.Unlock()
		if seen[what] == n {
			return
		}
		select {
		case <-w.told:
		case <-tooLong:
			t.Fatalf("observed %v, want %q %d times", seen, what, n)
		}
	}
}

// lagging is the memory log, from which nobody but Status can read at times.
type lagging struct {
	flaky
	behind atomic.Bool
}

func (l *lagging) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	if l.behind.Load() && limit > 1 {
		return nil, errors.New("secret")
	}
	return l.flaky.ReadAll(ctx, after, limit)
}

func TestStatus(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	close(m.runs)
	line := &lagging{flaky: flaky{Backend: memory.New()}}
	h := openOn(t, line, ws.Options{}, m.exposures()...)
	slow, c := h.dial("/ws"), h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1","wall"]}`)
	c.want("subscribed")
	position := h.say("1", "first")
	c.until("event", "wall")
	c.send(`{"type":"query","id":"q","name":"model","live":true}`)
	c.want("result")
	slow.send(`{"type":"subscribe","topics":["room:1"]}`)
	slow.want("subscribed")
	status := func() ws.Status {
		t.Helper()
		s, err := h.hub.Status(t.Context())
		if err != nil {
			t.Error(err)
		}
		return s
	}
	got := status()
	if got.Connections != 2 || got.Topics != 2 || got.Subscriptions != 4 || got.Position != position || got.Lag != 0 || got.Age != 0 {
		t.Errorf("got %+v; want what two clients follow, at position %d", got, position)
	}
	for ; got.LongestQueue < 100_000; got = status() { // slow reads nothing
		position = h.say("1", strings.Repeat("x", 200_000))
		c.until("event", "wall") // the others are told all the same
	}
	if got.Queued < got.LongestQueue || got.Position != position {
		t.Errorf("got %+v; want position %d", got, position)
	}
	line.behind.Store(true)
	h.say("1", "not delivered yet")
	h.say("1", "nor this")
	if got := status(); got.Lag != 2 || got.Age <= 0 {
		t.Errorf("got %+v; want a lag of 2", got)
	}
	line.down.Store(true)
	if got, err := h.hub.Status(t.Context()); err == nil || got.Connections != 2 {
		t.Errorf("got %+v, %v; want an error", got, err)
	}
}

func TestWhatIsObserved(t *testing.T) {
	t.Parallel()
	w := newWitness()
	h := open(t, ws.Options{Observe: w.observe, MaxFrame: 300, MaxReplay: 1, MaxQueue: 100_000})
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["wall"]}`)
	c.want("subscribed")
	for range 3 {
		h.say("1", "x")
		c.want("event") // the hub has read it
	}
	c.send(`{"type":"subscribe","topics":["room:1"],"after":3}`)
	c.want("subscribed")
	c.send(`{"type":"subscribe","topics":["room:2"],"after":1}`)
	c.want("resync")
	c.want("subscribed")
	for text, answer := range map[string]string{"hi": "ack", "": "error"} {
		c.send(`{"type":"command","id":%q,"store":"room","key":"9","action":{"Say":{"Text":%q}}}`, answer, text)
		c.until(answer, "") // the wall's event comes before the ack or after it
	}
	c.send(`{"type":"%s"}`, strings.Repeat("x", 300))
	c.closed(4400)
	for _, what := range []string{
		"opened", "subscribed live", "subscribed resumed", "subscribed resync", "command ok", "command invalid", "limited frame", "closed 4400",
	} {
		w.await(t, what, 1)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) != 8 {
		t.Errorf("also observed: %v", slices.Sorted(maps.Keys(w.seen)))
	}
}
