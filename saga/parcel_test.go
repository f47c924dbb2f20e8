package saga_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// placed is an event of the orders, which exist only in the log; a parcel collects
// the orders of one customer.
type placed struct{ Customer, Item string }

type parcel struct {
	Items  []string
	Causes []store.Env
}

type (
	action interface{ isAction() }
	pack   struct{ Item string }
	packed struct{ Item string }
)

func (pack) isAction()   {}
func (packed) isAction() {}

// parcels refuses what is fragile before there is padding, and what is banned always;
// while broken it panics.
type parcels struct{ broken *atomic.Bool }

func (parcels) Actions() store.Actions[action] {
	return store.Actions[action]{Commands: []action{pack{}}, Events: []action{packed{}}}
}

func (r parcels) Reduce(p *parcel, a action, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case pack:
		if r.broken != nil && r.broken.Load() {
			panic("out of tape")
		}
		if a.Item == "banned" || a.Item == "fragile" && len(p.Items) == 0 {
			return nil, store.Refuse(store.Conflict, "no", "not that")
		}
		return store.Effects{store.Record(packed(a))}, nil
	case packed:
		p.Items = append(p.Items, a.Item)
		p.Causes = append(p.Causes, env)
	}
	return nil, nil
}

// node is one process: a runtime on a log, and a runner.
type node struct {
	t       *testing.T
	rt      *store.Runtime
	parcels *store.Store[parcel, action]
	runner  *saga.Runner
}

func newNode(t *testing.T, log eventlog.Backend, reducer parcels) *node {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, store.Options{Logger: quiet, LeaseTime: 400 * time.Millisecond})
	n := &node{t: t, rt: rt, parcels: store.New(rt, "parcel", reducer)}
	n.runner = saga.NewRunner(saga.Options{Logger: quiet}, saga.New("shipping", n.parcels,
		saga.On("order", func(e saga.Event, p placed) (string, action) {
			if p.Item == "poison" {
				panic("poison")
			}
			if p.Item == "event" {
				return p.Customer, packed{}
			}
			return p.Customer, pack{p.Item}
		})))
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.stop)
	return n
}

func (n *node) start() {
	n.t.Helper()
	if err := n.runner.Start(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) stop() {
	n.runner.Close()
	_ = n.rt.Close(context.Background())
}

// steps runs the saga until it has nothing left to do, or fails.
func (n *node) steps() error {
	for {
		moved, err := n.runner.Step(n.t.Context())
		if err != nil || !moved {
			return err
		}
	}
}

// checkpoint returns what is saved, "" when nothing is.
func (n *node) checkpoint() string {
	n.t.Helper()
	row, _, err := n.rt.Row(n.t.Context(), "saga.checkpoint", "shipping")
	if err != nil {
		n.t.Fatal(err)
	}
	return string(row.Data)
}

func (n *node) items(customer string) []string {
	n.t.Helper()
	s, err := n.parcels.State(n.t.Context(), customer)
	if err != nil {
		n.t.Fatal(err)
	}
	return s.State.Items
}

func (n *node) status() saga.Status {
	n.t.Helper()
	all, err := n.runner.Status(n.t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "shipping" {
		n.t.Fatalf("status = %+v, %v; want one of shipping", all, err)
	}
	return all[0]
}

// order appends one order per item, in one transaction, and returns the last position.
func order(t *testing.T, log eventlog.Log, customer string, items ...string) int64 {
	t.Helper()
	var events []eventlog.NewEvent
	for _, item := range items {
		data, err := json.Marshal(placed{customer, item})
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, eventlog.NewEvent{Name: "placed", Data: data})
	}
	return record(t, log, events...)
}

// record appends events of an order that is new.
func record(t *testing.T, log eventlog.Log, events ...eventlog.NewEvent) int64 {
	t.Helper()
	o, err := log.Append(t.Context(), []eventlog.Append{{
		Stream: eventlog.StreamID{Store: "order", Key: uuid.NewString()},
		Events: events,
		Meta:   eventlog.Meta{At: time.Now(), Actor: "ann", CorrelationID: "c-1", TraceParent: "00-1-2-01"},
	}})
	if err != nil || o[0].Err != nil {
		t.Fatal(err, o)
	}
	return o[0].Position
}

// forgetful is a log of several nodes that fails to save checkpoints while it is told so.
type forgetful struct {
	eventlog.Backend
	failing *atomic.Bool
}

func (forgetful) Exclusive() bool { return false }

var errDisk = errors.New("the disk is full")

func (l forgetful) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	for _, a := range batch {
		for _, row := range a.Rows {
			if row.Row.Kind == "saga.checkpoint" && l.failing.Load() {
				return nil, errDisk
			}
		}
	}
	return l.Backend.Append(ctx, batch)
}

func newForgetful() forgetful { return forgetful{memory.New(), &atomic.Bool{}} }
