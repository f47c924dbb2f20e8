package bench

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

const memoryIntroduction = `
## Memory

What %d streams in memory of a state of 8 bytes hold of the heap after garbage
collection, their keys included, on SQLite: each loaded from the log, and after a Send of
an event of 200 bytes to each. 100 000 are to take at most 100 MB, 1000 bytes each.

| | bytes per stream | 100 000 streams |
|---|--:|--:|
`

func measureMemory(b *testing.B) string {
	const streams = 100_000
	loaded, sent := memoryOf(b, openSQLite(b), streams)
	var out strings.Builder
	fmt.Fprintf(&out, memoryIntroduction, streams)
	for _, m := range []struct {
		title string
		bytes float64
	}{{"loaded", loaded}, {"sent to", sent}} {
		fmt.Fprintf(&out, "| %s | %.0f | %.0f MB |\n", m.title, m.bytes, m.bytes*100_000/1e6)
	}
	return out.String()
}

// memoryOf returns the bytes of heap for each stream that is in memory.
func memoryOf(b testing.TB, log eventlog.Backend, streams int) (loaded, sent float64) {
	accounts := start(b, log, reducer{}, store.Options{MaxStreams: streams})
	sent = growth(streams, func() { forAll(b, streams, sendingTo(accounts)) })
	again := start(b, log, reducer{}, store.Options{MaxStreams: streams})
	loaded = growth(streams, func() { forAll(b, streams, loadingFrom(again)) })
	runtime.KeepAlive(accounts)
	runtime.KeepAlive(again)
	return loaded, sent
}

func sendingTo(accounts *store.Store[account, action]) sender {
	return func(ctx context.Context, key string) error {
		_, err := accounts.Send(ctx, key, aDeposit())
		return err
	}
}

func loadingFrom(accounts *store.Store[account, action]) sender {
	return func(ctx context.Context, key string) error {
		_, err := accounts.State(ctx, key)
		return err
	}
}

// forAll does something to each stream, 256 at a time.
func forAll(b testing.TB, streams int, do sender) {
	const callers = 256
	each(callers, func(caller int) {
		for i := caller; i < streams && !b.Failed(); i += callers {
			if err := do(b.Context(), fmt.Sprint("account", i)); err != nil {
				b.Error(err)
			}
		}
	})
}

func growth(streams int, do func()) float64 {
	before := heap()
	do()
	return float64(heap()-before) / float64(streams)
}

// heap collects twice: what a pool holds goes with the second.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
