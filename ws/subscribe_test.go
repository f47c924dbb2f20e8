package ws_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/ws"
)

func TestSubscribersSeeWhatTheViewPublishes(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	h.say("1", "before")
	c := h.dial("/ws", "X-Actor", "ada")
	c.send(`{"type":"subscribe","id":"s1","topics":["room:1","wall"]}`)
	if f := c.want("subscribed"); f.ID != "s1" || f.Seq != 1 || !slices.Equal(f.Topics, []string{"room:1", "wall"}) {
		t.Errorf("subscribed %+v", f)
	}
	h.say("2", "elsewhere")
	if f := c.want("event"); f.Topic != "wall" || f.Seq != 2 || f.text() != "elsewhere" {
		t.Errorf("event %+v", f)
	}
	if _, err := h.rooms.Send(t.Context(), "1", Burn{}); err != nil {
		t.Fatal(err)
	}
	h.say("1", "faulty view")
	h.say("1", "unencodable")
	h.say("1", "here")
	f := c.want("event")
	if f.Topic != "room:1" || f.Seq != 6 || f.text() != "here" || f.Meta["at"] == "" || f.Meta["correlation_id"] == "" {
		t.Errorf("event %+v", f)
	}
	if f := c.want("event"); f.Topic != "wall" || f.Seq != 6 || f.text() != "here" {
		t.Errorf("event %+v", f)
	}
	c.send(`{"type":"unsubscribe","id":"u1","topics":["wall"]}`)
	if f := c.want("unsubscribed"); f.ID != "u1" || !slices.Equal(f.Topics, []string{"wall"}) {
		t.Errorf("unsubscribed %+v", f)
	}
	c.send(`{"type":"subscribe","id":"s2","topics":["room:1"],"after":0}`) // is followed already
	c.want("subscribed")
	h.say("1", "last")
	h.say("1", "very last")
	if a, b := c.want("event"), c.want("event"); a.text() != "last" || b.text() != "very last" {
		t.Errorf("events %+v %+v", a, b)
	}
}

func TestTopicsNeedAGrant(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{MaxSubscriptions: 2})
	c := h.dial("/ws")
	for topic, code := range map[string]string{
		"room:locked": "forbidden", "nowhere": "forbidden", "me:ada": "forbidden", "": "forbidden",
		"me": "unauthenticated", "room:broken": "internal",
	} {
		c.send(`{"type":"subscribe","id":"s","topics":[%q]}`, topic)
		if f := c.refused("s", code); f.Topic != topic && code != "internal" {
			t.Errorf("the refusal names %q, want %q", f.Topic, topic)
		}
	}
	c.send(`{"type":"subscribe","id":"s","topics":["room:1","room:locked","room:1","room:2","room:3"]}`)
	if f := c.refused("s", "forbidden"); f.Topic != "room:locked" {
		t.Errorf("refused %+v", f)
	}
	if f := c.refused("s", "too_many_subscriptions"); f.Topic != "room:3" {
		t.Errorf("refused %+v", f)
	}
	if f := c.want("subscribed"); !slices.Equal(f.Topics, []string{"room:1", "room:1", "room:2"}) {
		t.Errorf("subscribed %+v", f)
	}
}

func TestMeIsEverybodysOwn(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	ada, bob := h.dial("/ws", "X-Actor", "ada"), h.dial("/ws", "X-Actor", "bob")
	for _, c := range []*client{ada, bob} {
		c.send(`{"type":"subscribe","topics":["me"]}`)
		c.want("subscribed")
	}
	for text, c := range map[string]*client{"by ada": ada, "by bob": bob} {
		c.send(`{"type":"command","id":%q,"store":"room","key":"1","action":{"Say":{"Text":%q}}}`, text, text)
		seen := map[string]string{}
		for range 2 { // the ack and the event, in either order
			f, err := c.read()
			if err != nil {
				t.Fatal(err)
			}
			seen[f.Type] = f.Topic + f.text()
		}
		if seen["event"] != "me"+text {
			t.Errorf("saw %v", seen)
		}
	}
}

func TestResumingWhereTheLogCannotReach(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{MaxReplay: 3})
	watcher := h.dial("/ws")
	watcher.send(`{"type":"subscribe","topics":["wall"]}`)
	watcher.want("subscribed")
	for i := range 5 {
		h.say("1", fmt.Sprint(i))
		watcher.want("event") // the hub has read it
	}
	c := h.dial("/ws")
	for _, after := range []int{1, 99} { // too far back; a log that is not this one
		c.send(`{"type":"subscribe","id":"s","topics":["room:1"],"after":%d}`, after)
		if f := c.want("resync"); f.Seq != 5 || !slices.Equal(f.Topics, []string{"room:1"}) {
			t.Errorf("after %d: resync %+v", after, f)
		}
		if f := c.want("subscribed"); f.Seq != 5 {
			t.Errorf("after %d: subscribed %+v", after, f)
		}
		c.send(`{"type":"unsubscribe","topics":["room:1"]}`)
		c.want("unsubscribed")
	}
	c.send(`{"type":"subscribe","id":"s","topics":["room:1"],"after":2}`)
	if f := c.want("subscribed"); f.Seq != 2 {
		t.Errorf("subscribed %+v", f)
	}
	for seq := int64(3); seq <= 5; seq++ {
		if f := c.want("event"); f.Seq != seq {
			t.Errorf("event %+v, want %d", f, seq)
		}
	}
}

func TestPresets(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.dial("/room?room=7")
	c.want("subscribed")
	c.send(`{"type":"command","action":{"Say":{"Text":"hi"}}}`)
	if f := c.want("event"); f.Topic != "room:7" || f.text() != "hi" {
		t.Errorf("event %+v", f)
	}
}

// Sockets are cut at random points while writers run; each reader resumes every
// topic with the last seq it saw of it. A short memory makes them go through the
// log, the memory, and the hand-over between them.
func TestCutSocketsMissNothingAndSeeNothingTwice(t *testing.T) {
	t.Parallel()
	const writers, each, readers = 4, 300, 6
	h := open(t, ws.Options{Recent: 32, MaxQueue: 4 << 10})
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				h.say(fmt.Sprint(w%2), fmt.Sprintf("%d/%d", w, i))
			}
		})
	}
	seen := make([]map[string][]int64, readers)
	for r := range readers {
		seen[r] = map[string][]int64{"room:0": {0}, "room:1": {0}}
		all.Go(func() { h.collect(seen[r], writers*each, rand.New(rand.NewPCG(uint64(r), 7))) })
	}
	all.Wait()
	want := map[string][]int64{"room:0": {0}, "room:1": {0}}
	events, err := h.rt.Log().ReadAll(t.Context(), 0, writers*each)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		topic := "room:" + e.Stream.Key
		want[topic] = append(want[topic], e.Position)
	}
	for r := range readers {
		for topic := range want {
			if !slices.Equal(seen[r][topic], want[topic]) {
				t.Errorf("reader %d, %s: saw %v, want %v", r, topic, seen[r][topic], want[topic])
			}
		}
	}
}

// collect reads both topics until it has seen total events, over many sockets.
func (h *house) collect(seen map[string][]int64, total int, random *rand.Rand) {
	count := 0
	for count < total {
		c := h.dial("/ws")
		for topic, seqs := range seen {
			c.send(`{"type":"subscribe","topics":[%q],"after":%d}`, topic, seqs[len(seqs)-1])
		}
		for range 1 + random.IntN(total/8) {
			f, err := c.read()
			if err != nil { // too slow: that is a cut too
				break
			}
			if f.Type == "event" {
				seen[f.Topic] = append(seen[f.Topic], f.Seq)
				count++
			}
			if count == total {
				break
			}
		}
		_ = c.CloseNow()
	}
}

func TestASlowReaderIsClosedAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	var given atomic.Bool
	h := open(t, ws.Options{MaxQueue: 4 << 10, Observe: func(what, label string) {
		if what == "limited" && label == "queue" {
			given.Store(true)
		}
	}})
	slow, quick := h.dial("/ws"), h.dial("/ws")
	for _, c := range []*client{slow, quick} {
		c.send(`{"type":"subscribe","topics":["room:1"]}`)
		c.want("subscribed")
	}
	text := strings.Repeat("x", 3000)
	var sent int64
	for last := sent + 100_000; sent < last; sent++ { // until the kernel's buffers and the queue are full
		h.say("1", text)
		if f := quick.want("event"); f.Seq != sent+1 {
			t.Fatalf("event %d, want %d", f.Seq, sent+1)
		}
		if given.Load() && last > sent+100 {
			last = sent + 100 // some more, for those who are left
		}
	}
	var seen int64
	for {
		f, err := slow.read()
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusTryAgainLater {
				t.Errorf("closed with %v, want 1013", err)
			}
			break
		}
		if seen++; f.Seq != seen {
			t.Fatalf("event %d, want %d", f.Seq, seen)
		}
	}
	if seen >= sent {
		t.Errorf("the slow reader got all %d events", sent)
	}
}

func TestMemoryMayHoldMoreThanAQueue(t *testing.T) {
	t.Parallel()
	const events = 20
	h := open(t, ws.Options{MaxQueue: 600}) // three frames
	live := h.dial("/ws")
	live.send(`{"type":"subscribe","topics":["room:1"]}`)
	live.want("subscribed")
	for range events {
		h.say("1", "x")
		live.want("event")
	}
	late := h.dial("/ws")
	late.send(`{"type":"subscribe","topics":["room:1"],"after":0}`)
	late.want("subscribed")
	for seq := int64(1); seq <= events; seq++ {
		if f := late.want("event"); f.Seq != seq {
			t.Fatalf("event %d, want %d", f.Seq, seq)
		}
	}
	h.say("1", "x")
	if f := late.want("event"); f.Seq != events+1 {
		t.Errorf("event %d, want %d", f.Seq, events+1)
	}
}
