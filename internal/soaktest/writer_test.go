package soaktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// writer says things in all rooms, one after the other, through one node as long
// as that is alive. What was not acknowledged it says again under the same id.
type writer struct {
	*soak
	name   string
	node   int
	random *rand.Rand
	conn   *socket
	id     int // of the command
}

func (w *writer) run(ctx context.Context, commands int) {
	for i := range commands {
		w.say(ctx, w.topics[w.random.IntN(len(w.topics))], fmt.Sprintf("%s/%d", w.name, i))
	}
	w.leave()
}

// say returns when the command is acknowledged, or ctx has ended.
func (w *writer) say(ctx context.Context, topic, text string) {
	w.id++
	for ctx.Err() == nil {
		position, err := w.try(ctx, topic, text)
		if err == nil {
			w.head.raise(position)
			return
		}
		w.leave()
		w.retries.Add(1)
	}
}

func (w *writer) try(ctx context.Context, topic, text string) (position int64, err error) {
	if home := w.cluster.home(w.node); w.conn == nil || w.conn.address != home {
		w.leave()
		conn, err := w.cluster.dial(ctx, home, w.name)
		if err != nil {
			return 0, err
		}
		w.conn = conn
	}
	command := map[string]any{
		"type": "command", "id": strconv.Itoa(w.id), "store": "room", "key": topic[len("room:"):],
		"action": map[string]say{"say": {text}},
	}
	if err := w.conn.send(ctx, command); err != nil {
		return 0, err
	}
	f, err := w.conn.read(ctx)
	if err == nil && f.Type != "ack" {
		err = fmt.Errorf("%s: %s", f.Code, f.Message)
	}
	return f.Position, err
}

func (w *writer) leave() {
	if w.conn != nil {
		_ = w.conn.CloseNow()
		w.conn = nil
	}
}
