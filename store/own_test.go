package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// sharedLog is a log in memory that several runtimes of a test append to, as
// nodes do. While cut, a node cannot append.
type sharedLog struct {
	eventlog.Backend
	cut *atomic.Bool
}

func (sharedLog) Exclusive() bool { return false }

func (l sharedLog) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	if l.cut.Load() {
		return nil, errors.New("connection lost")
	}
	return l.Backend.Append(ctx, batch)
}

func TestOneNodeOwnsANameAndIsSucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := memory.New()
		var owners, most atomic.Int32
		var all sync.WaitGroup
		node := func() (stop context.CancelFunc, cut *atomic.Bool, began *atomic.Int32) {
			cut, began = &atomic.Bool{}, &atomic.Int32{}
			f := startWith(t, sharedLog{log, cut}, store.Options{})
			ctx, stop := context.WithCancel(t.Context())
			all.Go(func() {
				f.rt.Own(ctx, "reports", func(ctx context.Context) {
					began.Add(1)
					most.Store(max(most.Load(), owners.Add(1)))
					<-ctx.Done()
					owners.Add(-1)
				})
			})
			return stop, cut, began
		}
		stopA, _, a := node()
		synctest.Wait()
		stopB, cutB, b := node()
		stopC, _, c := node()
		advance(time.Minute)
		if a.Load() != 1 || b.Load()+c.Load() != 0 {
			t.Fatalf("%d, %d, %d tenures; want one of the first node", a.Load(), b.Load(), c.Load())
		}
		stopC()
		stopA()
		advance(time.Second) // one that stops is succeeded without waiting for the lease
		if b.Load() != 1 {
			t.Fatal("the second node did not succeed the one that stopped")
		}
		cutB.Store(true)
		advance(5 * time.Second)
		if owners.Load() != 0 {
			t.Error("a node that cannot renew its ownership still runs")
		}
		cutB.Store(false)
		advance(5 * time.Second)
		if owners.Load() != 1 || most.Load() != 1 {
			t.Errorf("%d owners, %d at most; want one", owners.Load(), most.Load())
		}
		stopB()
		all.Wait()
	})
}
