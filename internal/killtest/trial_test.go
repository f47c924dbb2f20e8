package killtest

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// trial is one shop, the nodes that die running it, and its customers, who place
// orders with whatever node there is and repeat those that were not acknowledged.
type trial struct {
	*testing.T
	database     string
	dir          string
	orders       []place
	acknowledged map[string]int64 // the position of an order's receipt
	starts       []time.Time      // of nodes
}

func newTrial(t *testing.T, database string) *trial {
	return &trial{T: t, database: database, dir: t.TempDir(), acknowledged: map[string]int64{}}
}

func (t *trial) launch(p point, nth int) *process {
	t.Helper()
	return t.start(setup{Point: p, Nth: nth})
}

func (t *trial) start(s setup) *process {
	t.Helper()
	t.starts = append(t.starts, time.Now())
	s.Database, s.Dir = t.database, t.dir
	return launch(t.T, s)
}

// tradeUntilDead places orders of all kinds, some at a time, with a node that is
// going to die. It takes more than one round when another node is quicker to do
// what the point is about.
func (t *trial) tradeUntilDead(p *process, atOnce int) {
	t.Helper()
	const rounds = 20
	for range rounds {
		for range lives {
			t.wish(good, 1)
			t.wish(busy, 1)
			t.wish(stolen, 1)
			t.wish(good, perCustomer+1)
		}
		for group := range slices.Chunk(t.unacknowledged(), atOnce) {
			t.place(p, group)
		}
		if !p.settle() {
			return
		}
	}
	t.Fatalf("after %d rounds the point was not reached", rounds)
}

// complete has a node do all that is left.
func (t *trial) complete(p *process) {
	t.Helper()
	t.place(p, t.unacknowledged())
	p.settle()
}

// askAgain repeats every order, though all were acknowledged, and ends the node.
// It settles again: what emptied the queue may have been seen in the database a
// moment before the node knew the log's new head.
func (t *trial) askAgain(p *process) {
	t.Helper()
	t.place(p, t.orders)
	p.settle()
	p.leave()
}

func (t *trial) wish(card string, count int) {
	id := fmt.Sprintf("%d-%s-%d", len(t.orders), card, count)
	t.orders = append(t.orders, place{Order: id, Card: card, Count: count})
}

func (t *trial) unacknowledged() []place {
	return slices.DeleteFunc(slices.Clone(t.orders), func(o place) bool {
		_, known := t.acknowledged[o.Order]
		return known
	})
}

// place sends orders at once. Each acknowledgement of an order is the same.
func (t *trial) place(p *process, orders []place) {
	t.Helper()
	var requests []request
	for _, o := range orders {
		requests = append(requests, request{&o})
	}
	for _, r := range p.ask(requests...) {
		if before, known := t.acknowledged[r.Order]; known && before != r.Position {
			t.Errorf("order %s was acknowledged at position %d, then at %d", r.Order, before, r.Position)
		}
		t.acknowledged[r.Order] = r.Position
	}
}
