package eventlogtest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/composable-go/composable/eventlog"
)

var contentionTests = []test{
	{"N writers, one wins", func(l *log) {
		const writers, rounds = 8, 10
		for round := range rounds {
			var won atomic.Int32
			var group sync.WaitGroup
			for range writers {
				group.Go(func() {
					switch err := l.append(events("hot", int64(round), 1))[0].Err; {
					case err == nil:
						won.Add(1)
					case !errors.Is(err, eventlog.ErrConflict):
						l.t.Errorf("loser: %v", err)
					}
				})
			}
			group.Wait()
			l.same(won.Load(), int32(1))
		}
		l.same(len(l.all()), rounds)
	}},
	{"readers see a prefix", func(l *log) {
		const writers, each = 6, 25
		var writing, reading sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					l.append(events(fmt.Sprint("s", w), int64(i), 1))
				}
			})
		}
		for range 3 {
			reading.Go(func() { follow(l, writers*each) })
		}
		writing.Wait()
		reading.Wait()
	}},
}

// follow reads the log to position last and fails when a position is missing
// or an acknowledged head cannot be read.
func follow(l *log, last int64) {
	for after := int64(0); after < last; {
		head, err := l.Wait(l.ctx, after)
		if err != nil {
			l.t.Error(err)
			return
		}
		page, err := l.ReadAll(l.ctx, after, 1000)
		if err != nil {
			l.t.Error(err)
			return
		}
		for _, e := range page {
			if after++; e.Position != after {
				l.t.Errorf("position %d follows %d", e.Position, after-1)
				return
			}
		}
		if after < head {
			l.t.Errorf("the head was %d, but only %d could be read", head, after)
			return
		}
	}
}
