package projection

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/composable-go/composable/store"
)

// Rows that carry orders from any node to the owner, one per projection.
const (
	orderRows  = "projection.orders"
	orderOwner = "projection"
)

// orders is what people want of a projection, and what the owner tells them.
type orders struct {
	Live    lineOrders
	Fresh   lineOrders // for the line of a rebuild
	Rebuild string     // id of the rebuild that was asked for and is not done
}

type lineOrders struct {
	Failure *Failure // the event that it stands at
	Skip    int64    // the event to be passed over
	Retry   int      // one more with each order to retry
}

// board shows the last known orders.
type board struct {
	mu       sync.Mutex
	orders   orders
	revision int64
	changed  chan struct{} // closed at the next change
}

func newBoard() *board { return &board{changed: make(chan struct{})} }

func (b *board) read() (orders, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.orders, b.changed
}

func (b *board) show(o orders, revision int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if revision > b.revision {
		b.orders, b.revision = o, revision
		close(b.changed)
		b.changed = make(chan struct{})
	}
}

// change edits the orders, for all nodes to see.
func (t *task) change(ctx context.Context, edit func(o *orders) error) error {
	for {
		row, _, err := t.rt.Row(ctx, orderRows, t.name)
		if err != nil {
			return err
		}
		o, err := decodeOrders(row)
		if err != nil {
			return err
		}
		if err := edit(&o); err != nil {
			return err
		}
		data, err := json.Marshal(o)
		if err != nil {
			return err
		}
		err = t.rt.Change(ctx, store.Replace(store.Row{
			Kind: orderRows, Key: t.name, Owner: orderOwner, Data: data, Revision: row.Revision,
		}))
		if err == nil {
			t.board.show(o, row.Revision+1)
		}
		if !errors.Is(err, store.ErrRow) {
			return err
		}
	}
}

func decodeOrders(row store.Row) (o orders, err error) {
	if row.Revision > 0 {
		err = json.Unmarshal(row.Data, &o)
	}
	return o, err
}

// readOrders shows each task its orders.
func (r *Runner) readOrders(ctx context.Context) error {
	rows, err := r.rt.RowsOf(ctx, orderRows, orderOwner)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t := r.task(row.Key)
		if t == nil {
			continue // it was removed from the program
		}
		o, err := decodeOrders(row)
		if err != nil {
			return err
		}
		t.board.show(o, row.Revision)
	}
	return nil
}
