package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

const loadsIntroduction = `
## Loads

One caller, one after the other. **Cached**: Store.Send and Store.State of a stream in
memory that has 10 000 events, beside one that has 10; the ratio is to be 1. **Cold**:
Store.State of a stream that is not in memory, of 1 000 events of 200 bytes, decoded and
folded, beside the driver scanning the same columns of the same rows; at most 1.5. As the
driver leaves it at bytes, also beside it with a json.Unmarshal of each. With a snapshot
of all of them, beside the driver reading the snapshot's row; at most 2.
`

func measureLoads(b *testing.B) string {
	var out strings.Builder
	out.WriteString(loadsIntroduction)
	writeContests(b, &out, loadContests(b))
	return out.String()
}

func loadContests(b testing.TB) (all []contest) {
	for _, d := range databases(b) {
		all = append(all, cachedContests(b, d)...)
		if d.read != nil {
			all = append(all, coldContests(b, d)...)
			all = append(all, snapshotContest(b, d))
		}
	}
	return all
}

// cachedContests sends to several short streams by turns, so that they stay short.
func cachedContests(b testing.TB, d database) []contest {
	accounts := start(b, d.log, reducer{}, store.Options{})
	long, short := []string{"long"}, make([]string, 100)
	fill(b, d.log, long[0], 10_000)
	for i := range short {
		short[i] = fmt.Sprint("short", i)
		fill(b, d.log, short[i], 10)
	}
	state := func(name string, keys []string) op {
		return inRotation(name, keys, func(ctx context.Context, key string) error {
			_, err := accounts.State(ctx, key)
			return err
		})
	}
	send := func(name string, keys []string) op {
		return inRotation(name, keys, func(ctx context.Context, key string) error {
			_, err := accounts.Send(ctx, key, aDeposit())
			return err
		})
	}
	return []contest{
		{d.name + ", cached State", state("10 000 events", long), state("10 events", short)},
		{d.name + ", cached Send", send("10 000 events", long), send("10 events", short)},
	}
}

func coldContests(b testing.TB, d database) []contest {
	const rows = 1000
	keys := []string{"cold0", "cold1"}
	for _, key := range keys {
		fill(b, d.log, key, rows)
	}
	const query = `SELECT position, store, stream, version, name, data, at, actor, correlation_id, causation_id, trace_parent
		FROM eventlog_events WHERE store = $1 AND stream = $2 ORDER BY version`
	state := op{"State", coldState(start(b, d.log, unsavedReducer{}, store.Options{MaxStreams: 1}), keys)}
	return []contest{
		{d.name + ", cold, 1 000 events", state, op{"driver", d.read(b, rows, nothingElse, query, "account", keys[0])}},
		{d.name + ", cold, 1 000 events", state, op{"driver, json.Unmarshal", d.read(b, rows, decodeDeposited, query, "account", keys[0])}},
	}
}

func decodeDeposited(data []byte) error {
	var e deposited
	return json.Unmarshal(data, &e)
}

func snapshotContest(b testing.TB, d database) contest {
	keys := []string{"saved0", "saved1"}
	saving := start(b, d.log, reducer{}, store.Options{SnapshotEvery: 1000})
	for _, key := range keys {
		fill(b, d.log, key, 1000)
		if _, err := saving.State(b.Context(), key); err != nil {
			b.Fatal(err)
		}
	}
	if err := saving.Runtime().Close(b.Context()); err != nil { // waits for the snapshots
		b.Fatal(err)
	}
	return contest{
		d.name + ", cold, a snapshot",
		op{"State", coldState(start(b, d.log, reducer{}, store.Options{MaxStreams: 1}), keys)},
		op{"driver", d.read(b, 1, nothingElse, "SELECT version, position, data FROM eventlog_snapshots WHERE store = $1 AND stream = $2", "account", keys[0])},
	}
}

// coldState reads streams by turns of a store that keeps only one.
func coldState[S any](accounts *store.Store[S, action], keys []string) func(ctx context.Context) error {
	return inRotation("", keys, func(ctx context.Context, key string) error {
		s, err := accounts.State(ctx, key)
		if err == nil && s.Version != 1000 {
			err = fmt.Errorf("%s is at version %d", key, s.Version)
		}
		return err
	}).do
}

func inRotation(name string, keys []string, do func(ctx context.Context, key string) error) op {
	next := 0
	return op{name, func(ctx context.Context) error {
		next++
		return do(ctx, keys[next%len(keys)])
	}}
}

// fill appends deposits to an account that has none.
func fill(b testing.TB, log eventlog.Log, key string, events int) {
	data, err := encoded()
	if err != nil {
		b.Fatal(err)
	}
	a := eventlog.Append{Stream: eventlog.StreamID{Store: "account", Key: key}, Meta: eventlog.Meta{At: time.Now()}}
	for range events {
		a.Events = append(a.Events, eventlog.NewEvent{Name: "deposited", Data: data})
	}
	outcomes, err := log.Append(b.Context(), []eventlog.Append{a})
	if err == nil {
		err = outcomes[0].Err
	}
	if err != nil {
		b.Fatal(err)
	}
}
