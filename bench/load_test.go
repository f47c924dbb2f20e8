package bench

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load says which stream the nth append, made by that caller, goes to.
type load struct {
	name, title string
	key         func(caller, n int) string
}

func loads() []load {
	return []load{
		{"streams", "a stream per caller", func(caller, _ int) string { return fmt.Sprint(caller) }},
		{"hot", "one hot stream", func(_, _ int) string { return "hot" }},
		{"new", "a new stream each time", func(caller, n int) string { return fmt.Sprint(caller, "-", n) }},
	}
}

// measure is what one run gave.
type measure struct {
	perSecond float64
	p50, p99  time.Duration
	allocs    float64 // per append
}

// warm has each caller append once, so that connections are open, statements
// prepared and streams loaded.
func warm(b testing.TB, send sender, keys load, callers int) {
	each(callers, func(caller int) {
		if err := send(b.Context(), keys.key(caller, -1)); err != nil {
			b.Error(err)
		}
	})
}

// run has callers make n appends together.
func run(b testing.TB, send sender, keys load, callers, n int) measure {
	var next atomic.Int64
	latencies := make([]time.Duration, n)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	each(callers, func(caller int) {
		for !b.Failed() {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			sent := time.Now()
			if err := send(b.Context(), keys.key(caller, i)); err != nil {
				b.Error(err)
			}
			latencies[i] = time.Since(sent)
		}
	})
	elapsed := time.Since(begin)
	runtime.ReadMemStats(&after)
	m := measured(latencies, elapsed)
	m.allocs = float64(after.Mallocs-before.Mallocs) / float64(n)
	return m
}

// measured sums up what was done together in that time.
func measured(latencies []time.Duration, elapsed time.Duration) measure {
	slices.Sort(latencies)
	n := len(latencies)
	return measure{perSecond: float64(n) / elapsed.Seconds(), p50: latencies[n/2], p99: latencies[n*99/100]}
}

// median is the run in the middle, by throughput.
func median(runs []measure) measure {
	if len(runs) == 0 {
		return measure{}
	}
	slices.SortFunc(runs, func(a, b measure) int { return cmp.Compare(a.perSecond, b.perSecond) })
	return runs[len(runs)/2]
}

func each(callers int, do func(caller int)) {
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() { do(caller) })
	}
	wg.Wait()
}
