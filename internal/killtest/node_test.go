package killtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

// nodeVariable holds the setup of a node; with it the test binary is that node.
const nodeVariable = "KILLTEST_NODE"

// setup says where a node works and when it dies.
type setup struct {
	Database string
	Dir      string // of the outside world
	Point    point
	Nth      int
	Leads    bool // it begins when it owns what one node at a time does
}

// A node hears requests and gives replies, as lines of JSON on its standard input
// and output. It says one empty reply when it is ready, and leaves when its
// input ends. Without an order it is asked to settle: to reply when no work is
// left and the read model has seen everything.
type (
	request struct{ Order *place }
	reply   struct {
		Order    string
		Position int64
		Problem  string
	}
)

// settleTimeout turns work that never ends into a failure.
const settleTimeout = 30 * time.Second

// node is the shop in a process of its own.
type node struct {
	log    eventlog.Backend
	orders *store.Store[order, orderAction]
	runner *projection.Runner

	mu  sync.Mutex
	out *json.Encoder
}

func runNode(ctx context.Context, s setup) (err error) {
	world, err := openOutside(ctx, s.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.db.Close()) }()
	db, err := openDatabase(ctx, s.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.log.Close()) }()
	f := newFuse(s.Point, s.Nth)
	db.log = &mortal{Backend: db.log, fuse: f}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	rt := store.NewRuntime(db.log, store.Options{Logger: logger})
	n := &node{
		log: db.log, orders: store.New(rt, "order", orders{}), runner: db.project(rt, logger, activity(f)),
		out: json.NewEncoder(os.Stdout),
	}
	store.New(rt, "shelf", shelves{})
	sagas := saga.NewRunner(saga.Options{Logger: logger}, bookkeeping(store.New(rt, "book", books{})))
	store.Handle(rt, chargeAt(world, f), store.Retry{Base: time.Millisecond})
	if err := errors.Join(rt.Start(ctx), n.runner.Start(ctx), sagas.Start(ctx)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rt.Close(ctx)) }()
	defer n.runner.Close()
	defer sagas.Close()
	if s.Leads {
		if err := lead(ctx, rt); err != nil {
			return err
		}
	}
	return n.serve(ctx, f)
}

func chargeAt(world *outside, f *fuse) func(context.Context, charge, store.Key) (orderAction, error) {
	return func(ctx context.Context, c charge, key store.Key) (orderAction, error) {
		f.reach(begun)
		if err := world.charge(ctx, c, key); err != nil {
			return nil, err
		}
		f.reach(done)
		return charged{}, nil
	}
}

func (n *node) serve(ctx context.Context, f *fuse) error {
	head, err := n.log.Wait(ctx, -1)
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer leave()
	tasks.Go(func() {
		for n.runner.Wait(ctx, head+1) == nil {
			f.reach(projected)
			head++
		}
	})
	n.reply(reply{})
	for in := json.NewDecoder(os.Stdin); ; {
		var r request
		if err := in.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		tasks.Go(func() { n.reply(n.handle(ctx, r)) })
	}
}

func (n *node) reply(r reply) {
	n.mu.Lock()
	defer n.mu.Unlock()
	_ = n.out.Encode(r) // who asked is gone, and soon we are
}

func (n *node) handle(ctx context.Context, r request) (answer reply) {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	var err error
	if r.Order == nil {
		err = n.settle(ctx)
	} else {
		var receipt store.Receipt
		ctx = store.WithOrigin(ctx, store.Origin{CommandID: "place " + r.Order.Order})
		receipt, err = n.orders.Send(ctx, r.Order.Order, *r.Order)
		answer.Order, answer.Position = r.Order.Order, receipt.Position
	}
	if err != nil {
		answer.Problem = err.Error()
	}
	return answer
}

// lead waits until the projection and the saga are run by a node, which is this one
// as long as there is no other.
func lead(ctx context.Context, rt *store.Runtime) error {
	return until(ctx, func() (bool, error) {
		_, projected, err := rt.Row(ctx, "store.owner", "projection/activity")
		if err != nil {
			return false, err
		}
		_, followed, err := rt.Row(ctx, "store.owner", "saga/bookkeeping")
		return projected && followed, err
	})
}

// settle waits until the saga has seen every order, the queue, which all nodes share,
// is empty, and the read model has seen everything.
func (n *node) settle(ctx context.Context) error {
	if err := until(ctx, func() (bool, error) { return booked(ctx, n.log) }); err != nil {
		return fmt.Errorf("orders are not in the book: %w", err)
	}
	err := until(ctx, func() (bool, error) {
		due, err := n.log.NextDue(ctx, eventlog.Kinds{})
		return due.IsZero(), err
	})
	if err != nil {
		return fmt.Errorf("work is left: %w", err)
	}
	head, err := n.log.Wait(ctx, -1)
	if err != nil {
		return err
	}
	return n.runner.Wait(ctx, head)
}

func until(ctx context.Context, done func() (bool, error)) error {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
