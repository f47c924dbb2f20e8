package killtest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
)

// remains is what the nodes have left behind.
type remains struct {
	events   []eventlog.Event
	dead     []eventlog.DeadLetter
	due      time.Time
	activity map[string]int
	accounts map[string]account
}

func (t *trial) remains() remains {
	t.Helper()
	ctx := t.Context()
	db, err := openDatabase(ctx, t.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.log.Close()
	world, err := openOutside(ctx, t.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer world.db.Close()
	var r remains
	for _, read := range []func(context.Context) error{
		func(ctx context.Context) (err error) { r.events, err = readLog(ctx, db.log); return err },
		func(ctx context.Context) (err error) { r.dead, err = db.log.DeadLetters(ctx, 10_000); return err },
		func(ctx context.Context) (err error) { r.due, err = db.log.NextDue(ctx, eventlog.Kinds{}); return err },
		func(ctx context.Context) (err error) { r.activity, err = db.activities(ctx); return err },
		func(ctx context.Context) (err error) { r.accounts, err = world.accounts(ctx); return err },
	} {
		if err := read(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func readLog(ctx context.Context, log eventlog.Log) (all []eventlog.Event, err error) {
	for {
		events, err := log.ReadAll(ctx, int64(len(all)), 1000)
		if err != nil || len(events) == 0 {
			return all, err
		}
		all = append(all, events...)
	}
}

// check holds what is left against what would be there had nobody been killed.
func (t *trial) check(r remains) {
	t.Helper()
	for i, e := range r.events {
		if e.Position != int64(i+1) {
			t.Fatalf("event %d of the log has position %d", i+1, e.Position)
		}
	}
	if !r.due.IsZero() {
		t.Errorf("work is left, due at %v", r.due)
	}
	t.checkReceipts(r.events)
	t.checkOutcomes(r)
	t.checkAccounts(r.accounts)
	events := map[string]int{}
	for _, e := range r.events {
		events[e.Stream.String()]++
	}
	if diff := cmp.Diff(events, r.activity); diff != "" {
		t.Errorf("the read model is not the fold of the log (-log +read model):\n%s", diff)
	}
}

// checkReceipts looks up each order where its receipt says that it is.
func (t *trial) checkReceipts(events []eventlog.Event) {
	t.Helper()
	for _, o := range t.orders {
		position := t.acknowledged[o.Order]
		if position < 1 || position > int64(len(events)) {
			t.Errorf("order %s was acknowledged at position %d", o.Order, position)
			continue
		}
		if e := events[position-1]; e.Name != "placed" || e.Stream.Key != o.Order {
			t.Errorf("order %s was acknowledged for the event %s of %s", o.Order, e.Name, e.Stream)
		}
	}
}

// checkOutcomes counts what became of each order: once each of its events, those of
// the shelf and the book included, and the one dead letter of a stolen card.
func (t *trial) checkOutcomes(r remains) {
	t.Helper()
	want, got := map[string]map[string]int{}, map[string]map[string]int{}
	for _, o := range t.orders {
		got[o.Order] = map[string]int{}
		want[o.Order] = map[string]int{"placed": 1, "noted": 1, "reminded": 1, "paid": 1, "taken": 1}
		if o.Card == stolen {
			delete(want[o.Order], "paid")
			want[o.Order]["buried"] = 1
		}
		if o.Count > perCustomer {
			delete(want[o.Order], "taken")
			want[o.Order]["rejected"] = 1
		}
	}
	for _, e := range r.events {
		got[t.orderOf(e.Stream, e.Data)][e.Name]++
	}
	for _, d := range r.dead {
		got[t.orderOf(d.Stream, d.Payload)]["buried"]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what became of the orders (-want +got):\n%s", diff)
	}
}

func (t *trial) orderOf(stream eventlog.StreamID, data []byte) string {
	t.Helper()
	if stream.Store == "order" {
		return stream.Key
	}
	var of struct{ Order string }
	if err := json.Unmarshal(data, &of); err != nil {
		t.Fatal(err)
	}
	return of.Order
}

// checkAccounts asks the outside world: each order was attempted, always under
// one key, and done once.
func (t *trial) checkAccounts(accounts map[string]account) {
	t.Helper()
	for _, o := range t.orders {
		a := accounts[o.Order]
		applied := 1
		if o.Card == stolen {
			applied = 0
		}
		if a.Keys != 1 || a.Attempts < 1 || a.Applied != applied {
			t.Errorf("order %s: %+v; want one key, at least one attempt, %d applied", o.Order, a, applied)
		}
	}
}

// repeated counts the effects that were carried out again though they had not failed.
func (r remains) repeated(orders []place) (n int) {
	for _, o := range orders {
		if o.Card == good && r.accounts[o.Order].Attempts > 1 {
			n++
		}
	}
	return n
}

// overdue counts the timers that fell due before the node that fired them was
// started.
func (r remains) overdue(starts []time.Time) (n int) {
	due := map[string]time.Time{}
	for _, e := range r.events {
		if e.Name == "placed" {
			due[e.Stream.Key] = e.Meta.At.Add(remindAfter)
		}
		for _, start := range starts {
			if e.Name == "reminded" && due[e.Stream.Key].Before(start) && start.Before(e.Meta.At) {
				n++
				break
			}
		}
	}
	return n
}
