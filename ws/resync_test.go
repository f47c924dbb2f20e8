package ws_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/composable-go/composable/ws"
)

func TestWhoIsFarBehindGetsOneResyncAndNoGapAfterIt(t *testing.T) {
	t.Parallel()
	const replay, events = 5, 300
	h := open(t, ws.Options{MaxReplay: replay, Recent: 2})
	topics := []string{"room:1", "wall"}
	c := h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1","wall"],"after":0}`)
	c.want("subscribed")
	h.say("1", "seen")
	c.events(topics, 1, 1)
	_ = c.CloseNow()

	watcher := h.dial("/ws")
	watcher.send(`{"type":"subscribe","topics":["wall"],"after":1}`)
	watcher.want("subscribed")
	var speaking sync.WaitGroup
	speaking.Go(func() {
		for range events - 1 {
			h.say("1", "missed, or live")
		}
	})
	watcher.events([]string{"wall"}, 2, 2+replay) // the hub has come this far

	c = h.dial("/ws")
	c.send(`{"type":"subscribe","id":"s","topics":["room:1","wall"],"after":1}`)
	resync := c.want("resync")
	if resync.ID != "s" || resync.Seq <= 1+replay || !slices.Equal(resync.Topics, topics) {
		t.Errorf("resync %+v", resync)
	}
	if f := c.want("subscribed"); f.Seq != resync.Seq {
		t.Errorf("subscribed at %d, resync at %d", f.Seq, resync.Seq)
	}
	c.events(topics, resync.Seq+1, events) // and no other frame in between
	speaking.Wait()
	_ = c.CloseNow()

	for range replay {
		h.say("1", "missed again")
	}
	c = h.dial("/ws")
	c.send(`{"type":"subscribe","topics":["room:1","wall"],"after":%d}`, events)
	c.want("subscribed")
	c.events(topics, events+1, events+replay)
	c.send(`{"type":"ping"}`)
	c.want("pong")
}

// events reads the events from first to last, each in all topics.
func (c *client) events(topics []string, first, last int64) {
	c.t.Helper()
	for seq := first; seq <= last; seq++ {
		for _, topic := range topics {
			if f := c.want("event"); f.Seq != seq || f.Topic != topic {
				c.t.Fatalf("got %+v, want event %d of %s", f, seq, topic)
			}
		}
	}
}
