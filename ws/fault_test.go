package ws_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// flaky is the memory log behind a bad line.
type flaky struct {
	eventlog.Backend
	down, stuck atomic.Bool // nothing works; only events cannot be read
}

func (f *flaky) Wait(ctx context.Context, after int64) (int64, error) {
	if f.down.Load() && after < 0 {
		return 0, errors.New("secret")
	}
	return f.Backend.Wait(ctx, after)
}

func (f *flaky) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	if f.down.Load() || f.stuck.Load() {
		return nil, errors.New("secret")
	}
	return f.Backend.ReadAll(ctx, after, limit)
}

func TestALogThatCannotBeReadDelaysAndLosesNothing(t *testing.T) {
	t.Parallel()
	line := &flaky{Backend: memory.New()}
	h := openOn(t, line, ws.Options{})
	h.say("1", "first")
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","id":"s","topics":["wall"]}`)
	c.want("subscribed")
	line.down.Store(true)
	h.say("1", "second")
	other := h.dial("/ws")
	other.send(`{"type":"subscribe","id":"s","topics":["room:1"],"after":0}`)
	other.want("subscribed")
	other.refused("s", "unavailable")
	other.send(`{"type":"subscribe","id":"t","topics":["room:1"],"after":99}`)
	other.refused("t", "unavailable")
	line.down.Store(false)
	if f := c.want("event"); f.Seq != 2 || f.text() != "second" {
		t.Errorf("event %+v", f)
	}
}

func TestAClientMayBeAheadOfTheHub(t *testing.T) {
	t.Parallel()
	line := &flaky{Backend: memory.New()}
	h := openOn(t, line, ws.Options{})
	line.stuck.Store(true)
	h.say("1", "seen on another node")
	h.say("1", "seen there too")
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1"],"after":2}`)
	if f := c.want("subscribed"); f.Seq != 2 {
		t.Errorf("subscribed %+v", f)
	}
	c.send(`{"type":"ping"}`)
	c.want("pong") // it has joined
	line.stuck.Store(false)
	h.say("1", "new")
	if f := c.want("event"); f.Seq != 3 || f.text() != "new" {
		t.Errorf("event %+v", f)
	}
}

func TestAClosedStreamDoesNotStopTheFeed(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["wall"]}`)
	c.want("subscribed")
	h.say("1", "farewell")
	h.say("2", "hello")
	for _, want := range []string{"farewell", "hello"} {
		if f := c.want("event"); f.text() != want {
			t.Errorf("event %+v, want %q", f, want)
		}
	}
}

func TestAnUnknownEventStopsTheFeedAndNotTheHub(t *testing.T) {
	t.Parallel()
	log := memory.New()
	h := openOn(t, log, ws.Options{})
	h.say("1", "before")
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1"],"after":0}`)
	c.want("subscribed")
	outcome, err := log.Append(t.Context(), []eventlog.Append{{
		Stream: eventlog.StreamID{Store: "room", Key: "2"}, Events: []eventlog.NewEvent{{Name: "Painted", Data: []byte("{}")}},
	}})
	if err != nil || outcome[0].Err != nil {
		t.Fatal(err, outcome)
	}
	h.say("1", "after")
	if f := c.want("event"); f.Seq != 1 || f.text() != "before" {
		t.Errorf("event %+v", f)
	}
	c.send(`{"type":"subscribe","id":"again","topics":["wall"],"after":1}`)
	c.want("subscribed")
	c.send(`{"type":"ping"}`)
	c.want("pong") // nothing beyond the unknown event was sent
}

func TestABacklogLargerThanAQueueIsNobodysFault(t *testing.T) {
	t.Parallel()
	const events = 30
	line := &flaky{Backend: memory.New()}
	h := openOn(t, line, ws.Options{MaxQueue: 4 << 10})
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1"]}`)
	c.want("subscribed")
	line.stuck.Store(true)
	for range events {
		h.say("1", strings.Repeat("x", 1<<10))
	}
	line.stuck.Store(false)
	for seq := int64(1); seq <= events; seq++ {
		if f := c.want("event"); f.Seq != seq {
			t.Fatalf("event %d, want %d", f.Seq, seq)
		}
	}
}

func TestStartNeedsTheLog(t *testing.T) {
	t.Parallel()
	line := &flaky{Backend: memory.New()}
	line.down.Store(true)
	hub := ws.NewHub(store.NewRuntime(line, store.Options{Logger: slog.New(slog.DiscardHandler)}), ws.Options{})
	if err := hub.Start(t.Context()); err == nil {
		t.Error("started without a log")
	}
	if err := hub.Close(t.Context()); err != nil {
		t.Errorf("closing what did not start: %v", err)
	}
}

func TestWhatIsQueuedIsSentBeforeTheServerGoes(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{MaxQueue: 64 << 20})
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1"]}`)
	c.want("subscribed")
	witness := h.dial("/ws")
	witness.send(`{"type":"subscribe","topics":["wall"]}`)
	witness.want("subscribed")
	var last int64
	for queued := 0; queued < 100_000; { // until the socket takes no more
		last = h.say("1", strings.Repeat("x", 200_000))
		witness.want("event")
		status, err := h.hub.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		queued = status.LongestQueue
	}
	_ = witness.CloseNow() // it does not take part in the farewell
	closed := make(chan error)
	go func() { closed <- h.hub.Close(context.Background()) }()
	for h.dial("/ws").closes() != websocket.StatusGoingAway { // until it has begun to close
	}
	for seq := int64(1); seq <= last; seq++ {
		if f := c.want("event"); f.Seq != seq {
			t.Fatalf("event %d, want %d", f.Seq, seq)
		}
	}
	c.closed(websocket.StatusGoingAway)
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestCloseIsBounded(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.meet()
	c.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"wait"}}}`)
	<-h.logic.entered
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.hub.Close(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	c.closed(-1) // cut off, without a code
	close(h.logic.leave)
}
