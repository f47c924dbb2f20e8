package soaktest

import (
	"context"
	"math/rand/v2"
	"sync/atomic"

	"github.com/coder/websocket"
)

// sighting is an event as a client saw it, or as the log has it.
type sighting struct {
	seq  int64
	text string
}

// over is what is said last in each room, more than once: who has missed it the
// first time notices the end all the same.
const (
	over      = "over"
	farewells = 3
)

// reader is a client that follows some topics until their end, over many
// connections, and resumes each with the last seq it saw of it.
type reader struct {
	*soak
	name   string
	random *rand.Rand
	over   map[string]bool       // topics
	begin  map[string]int64      // of each topic: what came after it is to be seen
	cursor map[string]int64      // likewise; none: it follows the topic from now on
	seen   map[string][]sighting // of each topic

	conn   atomic.Pointer[socket] // to be cut
	behind int64                  // how far the log had come when the connection was made
	caught bool                   // an event of before came
}

// newReader follows some topics, from the log's beginning or from now on.
func (s *soak) newReader(name string, random *rand.Rand, fromTheBeginning bool) *reader {
	r := &reader{
		soak: s, name: name, random: random, over: map[string]bool{},
		begin: map[string]int64{}, cursor: map[string]int64{}, seen: map[string][]sighting{},
	}
	for _, i := range random.Perm(len(s.topics))[:followed] {
		topic := s.topics[i]
		r.seen[topic] = nil
		if fromTheBeginning {
			r.begin[topic], r.cursor[topic] = 0, 0
		}
	}
	return r
}

func (r *reader) run(ctx context.Context) {
	for lives := 0; len(r.over) < followed && ctx.Err() == nil; lives++ {
		if lives > 0 {
			r.pause(ctx)
		}
		conn, err := r.cluster.dial(ctx, r.cluster.either(r.random), r.name)
		if err != nil { // a node that is dead
			continue
		}
		r.conn.Store(conn)
		r.live(ctx, conn, lives > 0)
		_ = conn.CloseNow()
	}
}

// live reads until the connection is cut, which it is at a random point at the
// latest.
func (r *reader) live(ctx context.Context, conn *socket, again bool) {
	r.behind, r.caught = r.head.now(), false
	err := r.subscribe(ctx, conn)
	for left := 1 + r.random.IntN(2*meanLife); err == nil && left > 0; left-- {
		var f frame
		if f, err = conn.read(ctx); err != nil {
			break
		}
		if r.take(f, again); len(r.over) == followed {
			return
		}
	}
	if code := websocket.CloseStatus(err); code >= 4000 {
		r.fail("%s: closed with %d: %v", r.name, code, err)
	}
	r.cuts.Add(1)
}

// subscribe goes on with each topic where it was, and asks how that was done: the
// answer comes after what happened before.
func (r *reader) subscribe(ctx context.Context, conn *socket) error {
	for topic := range r.seen {
		frame := map[string]any{"type": "subscribe", "topics": []string{topic}}
		if after, known := r.cursor[topic]; known {
			frame["after"] = after
		}
		if err := conn.send(ctx, frame); err != nil {
			return err
		}
	}
	return conn.send(ctx, map[string]any{"type": "query", "id": "way", "name": "replays"})
}

func (r *reader) take(f frame, again bool) {
	switch f.Type {
	case "event":
		r.see(f)
	case "subscribed":
		topic := f.Topics[0]
		if _, known := r.cursor[topic]; !known {
			r.begin[topic], r.cursor[topic] = f.Seq, f.Seq
		}
	case "result":
		if again {
			r.resumed(f.Data)
		}
	default:
		r.fail("%s: got %+v", r.name, f)
	}
}

func (r *reader) see(f frame) {
	if _, known := r.cursor[f.Topic]; !known {
		r.fail("%s: got an event before it was subscribed: %+v", r.name, f)
		return
	}
	text := f.Action.Said.Text
	if r.over[f.Topic] {
		return
	}
	if text == over {
		r.over[f.Topic] = true
	}
	r.seen[f.Topic] = append(r.seen[f.Topic], sighting{f.Seq, text})
	r.cursor[f.Topic] = f.Seq
	r.deliveries.Add(1)
	r.caught = r.caught || f.Seq <= r.behind
}

// resumed counts the way: through the log, if it was read; from the hub's memory,
// if it was not and something of before came; else there was nothing to catch up
// with.
func (r *reader) resumed(replays int) {
	switch {
	case replays > 0:
		r.byLog.Add(1)
	case r.caught:
		r.byTail.Add(1)
	default:
		r.byLive.Add(1)
	}
	r.resumes.add()
}

// pause stays away for no event, for some, or for more than the hub remembers.
func (r *reader) pause(ctx context.Context) {
	var events int
	switch r.random.IntN(3) {
	case 1:
		events = 1 + r.random.IntN(recent/2)
	case 2:
		events = 3*recent + r.random.IntN(4*recent)
	}
	select {
	case <-r.head.reached(r.head.now() + int64(events)):
	case <-r.soak.said:
	case <-ctx.Done():
	}
}
