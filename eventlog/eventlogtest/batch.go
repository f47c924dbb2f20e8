package eventlogtest

import (
	"github.com/composable-go/composable/eventlog"
)

var batchTests = []test{
	{"decided in order on what went before", func(l *log) {
		outcomes := l.append(events("a", 0, 1), events("b", 0, 2), events("a", 1, 2), events("a", 3, 0))
		l.same(outcomes, []eventlog.Outcome{
			{Version: 1, Position: 1}, {Version: 2, Position: 3}, {Version: 3, Position: 5}, {Version: 3, Position: 5},
		})
		l.same(len(l.all()), 5)
	}},
	{"one fails, the other streams go on", func(l *log) {
		outcomes := l.append(events("a", 0, 1), events("b", 7, 1), events("c", 0, 1))
		l.same(outcomes[0], eventlog.Outcome{Version: 1, Position: 1})
		l.fails(outcomes[1].Err, eventlog.ErrConflict)
		l.same(outcomes[2], eventlog.Outcome{Version: 1, Position: 2})
	}},
	{"a failure fails what follows in its stream", func(l *log) {
		l.must(eventlog.Append{Stream: stream("owner"), Claims: []eventlog.Claim{{Key: "k"}}})
		refused := events("a", 0, 1)
		refused.Claims = []eventlog.Claim{{Key: "k"}}
		outcomes := l.append(refused, events("b", 0, 1), events("a", 0, 1), events("a", 1, 1))
		var claimed *eventlog.ClaimError
		l.as(outcomes[0].Err, &claimed)
		l.check(outcomes[1].Err)
		l.fails(outcomes[2].Err, eventlog.ErrConflict)
		l.fails(outcomes[3].Err, eventlog.ErrConflict)
		l.same(len(l.all()), 1)
	}},
	{"a duplicate fails what follows in its stream", func(l *log) {
		first := command("a", 0, "c1")
		l.must(first)
		outcomes := l.append(first, events("a", 1, 1), events("b", 0, 1))
		l.same(outcomes[0], eventlog.Outcome{Version: 1, Position: 1, Duplicate: true})
		l.fails(outcomes[1].Err, eventlog.ErrConflict)
		l.check(outcomes[2].Err)
	}},
	{"without a stream each stands alone", func(l *log) {
		row := eventlog.Row{Kind: "session", Key: "1"}
		outcomes := l.append(
			eventlog.Append{Rows: []eventlog.RowChange{{Row: row, Expect: eventlog.Present}}},
			eventlog.Append{Rows: []eventlog.RowChange{{Row: row, Expect: eventlog.Absent}}},
			eventlog.Append{Rows: []eventlog.RowChange{{Row: row, Expect: 1}}},
		)
		var missing *eventlog.RowError
		l.as(outcomes[0].Err, &missing)
		l.check(outcomes[1].Err)
		l.check(outcomes[2].Err)
	}},
	{"one claim, two askers", func(l *log) {
		take, give := []eventlog.Claim{{Key: "k"}}, []eventlog.Claim{{Key: "k", Release: true}}
		claims := func(key string, expected int64, c []eventlog.Claim) eventlog.Append {
			a := events(key, expected, 1)
			a.Claims = c
			return a
		}
		outcomes := l.append(claims("a", 0, take), claims("b", 0, take), claims("a", 1, give), claims("c", 0, take))
		var claimed *eventlog.ClaimError
		l.as(outcomes[1].Err, &claimed)
		l.same(*claimed, eventlog.ClaimError{Key: "k", Owner: stream("a")})
		l.check(outcomes[2].Err)
		l.check(outcomes[3].Err)
		l.owns("k", stream("c"))
	}},
	{"several hundred", func(l *log) {
		var batch []eventlog.Append
		for i := range 300 {
			a := command("s"+string(rune('a'+i%26)), int64(i/26), "c"+string(rune(0x4e00+i)))
			a.Work = []eventlog.Work{{ID: "w" + string(rune(0x4e00+i)), Kind: "mail", Due: noon}}
			batch = append(batch, a)
		}
		for i, o := range l.append(batch...) {
			l.same(o, eventlog.Outcome{Version: int64(i/26 + 1), Position: int64(i + 1)})
		}
		l.same(len(l.lease("n", minutes(0), minutes(1))), 300)
	}},
}
