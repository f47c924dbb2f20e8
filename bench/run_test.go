package bench

import (
	"testing"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/projection"
)

// The tests keep the benchmarks themselves in working order.

func TestEverySystemRuns(t *testing.T) {
	for _, s := range systems() {
		check(t, s, loads()...)
	}
	for _, s := range append(storms(), overHTTP()) {
		check(t, s, loads()[0])
	}
}

func check(t *testing.T, s system, under ...load) {
	t.Helper()
	for name, open := range map[string]func(testing.TB) sender{"send": s.send, "plain": s.plain} {
		if open == nil {
			continue
		}
		send := open(t)
		for _, l := range under {
			warm(t, send, l, 4)
			if m := run(t, send, l, 4, 20); m.p50 <= 0 || m.p99 < m.p50 {
				t.Errorf("%s %s, %s: measured as %+v", s.name, name, l.title, m)
			}
		}
	}
}

func TestEveryContestRuns(t *testing.T) {
	all := loadContests(t)
	for _, s := range steps(t) {
		all = append(all, s.contest)
	}
	for _, c := range all {
		for _, o := range []op{c.ours, c.other} {
			for range 3 {
				if err := o.do(t.Context()); err != nil {
					t.Errorf("%s, %s: %v", c.title, o.name, err)
				}
			}
		}
	}
}

func TestEveryProjectionCatchesUp(t *testing.T) {
	for _, l := range ledgers(t) {
		l.fill(t, 1000)
		for _, of := range []func(string) projection.Projection{discard, inRows} {
			r := l.runner(t, of)
			l.catchUp(t, r)
			r.Close()
		}
	}
}

func TestMemoryIsMeasured(t *testing.T) {
	if loaded, sent := memoryOf(t, memory.New(), 1000); loaded <= 0 || sent <= 0 {
		t.Errorf("%.0f bytes loaded, %.0f sent to", loaded, sent)
	}
}
