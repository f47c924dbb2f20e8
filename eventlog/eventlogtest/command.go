package eventlogtest

import (
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// command returns an append of one event with a command id.
func command(key string, expected int64, id string) eventlog.Append {
	a := events(key, expected, 1)
	a.CommandID, a.Fingerprint = id, "print"
	return a
}

var commandTests = []test{
	{"the second answer is the first one's", func(l *log) {
		first := command("a", 0, "c")
		l.same(l.must(first), eventlog.Outcome{Version: 1, Position: 1})
		l.must(events("a", 1, 1))
		want := eventlog.Outcome{Version: 1, Position: 1, Duplicate: true}
		l.same(l.must(first), want)
		first.Expected = 2
		l.same(l.must(first), want)
		l.same(len(l.all()), 2)

		got, ok, err := l.Command(l.ctx, stream("a"), "c", "print")
		l.check(err)
		l.same(ok, true)
		l.same(got, want)
	}},
	{"within one batch", func(l *log) {
		outcomes := l.append(command("a", 0, "c"), command("a", 0, "c"))
		l.same(outcomes[1], eventlog.Outcome{Version: 1, Position: 1, Duplicate: true})
		l.same(len(l.all()), 1)
	}},
	{"another fingerprint is a mismatch", func(l *log) {
		a := command("a", 0, "c")
		l.must(a)
		a.Fingerprint = "other"
		l.fails(l.try(a), eventlog.ErrMismatch)
		_, ok, err := l.Command(l.ctx, stream("a"), "c", "other")
		l.fails(err, eventlog.ErrMismatch)
		l.same(ok, false)
	}},
	{"ids belong to their stream", func(l *log) {
		l.must(command("a", 0, "c"))
		l.same(l.must(command("b", 0, "c")).Duplicate, false)
		_, ok, err := l.Command(l.ctx, stream("z"), "c", "print")
		l.check(err)
		l.same(ok, false)
	}},
	{"a failed command leaves no trace", func(l *log) {
		l.fails(l.try(command("a", 5, "c")), eventlog.ErrConflict)
		l.same(l.must(command("a", 0, "c")), eventlog.Outcome{Version: 1, Position: 1})
	}},
	{"without events", func(l *log) {
		l.must(events("a", 0, 1))
		a := command("a", 1, "c")
		a.Events = nil
		l.same(l.must(a), eventlog.Outcome{Version: 1, Position: 1})
		l.must(events("a", 1, 1))
		l.same(l.must(a), eventlog.Outcome{Version: 1, Position: 1, Duplicate: true})
	}},
	{"a duplicate writes nothing", func(l *log) {
		a := command("a", 0, "c")
		l.must(a)
		a.Claims = []eventlog.Claim{{Key: "k"}}
		a.Rows = []eventlog.RowChange{{Row: eventlog.Row{Kind: "r", Key: "1"}}}
		a.Work = []eventlog.Work{{ID: "w", Due: noon}}
		l.same(l.must(a).Duplicate, true)
		l.owns("k", eventlog.StreamID{})
		l.noRow("r", "1")
		l.same(len(l.lease("n", noon, minutes(1))), 0)
	}},
	{"raced", func(l *log) {
		const racers = 8
		outcomes := make([]eventlog.Outcome, racers)
		var group sync.WaitGroup
		for i := range racers {
			group.Go(func() { outcomes[i] = l.append(command("a", 0, "c"))[0] })
		}
		group.Wait()
		firsts := 0
		for _, o := range outcomes {
			l.check(o.Err)
			l.same(o.Version, int64(1))
			if !o.Duplicate {
				firsts++
			}
		}
		l.same(firsts, 1)
		l.same(len(l.all()), 1)
	}},
}
