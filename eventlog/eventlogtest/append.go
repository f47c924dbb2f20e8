package eventlogtest

import (
	"context"
	"strings"
	"time"

	"github.com/composable-go/composable/eventlog"
)

var appendTests = []test{
	{"versions and positions are contiguous", func(l *log) {
		l.same(l.must(events("a", 0, 2)), eventlog.Outcome{Version: 2, Position: 2})
		l.same(l.must(events("b", 0, 1)), eventlog.Outcome{Version: 1, Position: 3})
		l.same(l.must(events("a", 2, 3)), eventlog.Outcome{Version: 5, Position: 6})
	}},
	{"an event comes back as it was", func(l *log) {
		meta := eventlog.Meta{At: noon, Actor: "user/7", CorrelationID: "c", CausationID: "d", TraceParent: "00-1-2-01"}
		a := eventlog.Append{Stream: stream("ü 🎫"), Meta: meta, Events: []eventlog.NewEvent{
			{Name: "Placed", Data: []byte(`{"text":"ä\u0000\\"}`)}, {Name: "Paid"},
		}}
		a.Meta.At = noon.Add(999 * time.Nanosecond).In(time.FixedZone("far", 3600))
		l.must(a)
		got := l.all()
		got[1].Data = append([]byte{}, got[1].Data...)
		l.same(got, []eventlog.Event{
			{Position: 1, Stream: a.Stream, Version: 1, Name: "Placed", Data: a.Events[0].Data, Meta: meta},
			{Position: 2, Stream: a.Stream, Version: 2, Name: "Paid", Data: []byte{}, Meta: meta},
		})
	}},
	{"another version conflicts", func(l *log) {
		l.fails(l.try(events("a", 1, 1)), eventlog.ErrConflict)
		l.must(events("a", 0, 2))
		for _, expected := range []int64{-1, 0, 1, 3} {
			l.fails(l.try(events("a", expected, 1)), eventlog.ErrConflict)
		}
		l.same(len(l.all()), 2)
	}},
	{"no events, guarded", func(l *log) {
		l.must(events("a", 0, 1))
		l.must(events("b", 0, 1))
		l.same(l.must(events("a", 1, 0)), eventlog.Outcome{Version: 1, Position: 2})
		l.fails(l.try(events("a", 0, 0)), eventlog.ErrConflict)
		l.same(l.must(events("new", 0, 0)), eventlog.Outcome{Position: 2})
	}},
	{"nothing at all", func(l *log) {
		l.append()
		l.same(l.must(eventlog.Append{}), eventlog.Outcome{})
		l.must(events("a", 0, 1))
		l.same(l.must(eventlog.Append{}), eventlog.Outcome{Position: 1})
	}},
	{"a cancelled context leaves nothing", func(l *log) {
		ctx, cancel := context.WithCancel(l.ctx)
		cancel()
		_, err := l.Append(ctx, []eventlog.Append{events("a", 0, 1)})
		l.fails(err, context.Canceled)
		l.same(len(l.all()), 0)
		l.same(l.must(events("a", 0, 1)).Position, int64(1))
	}},
	{"the illegal fails alone", func(l *log) {
		for name, a := range illegal() {
			outcomes := l.append(a, events("good "+name, 0, 1))
			if outcomes[0].Err == nil || outcomes[1].Err != nil {
				l.t.Errorf("%s: %v beside %v", name, outcomes[0].Err, outcomes[1].Err)
				continue
			}
			l.fails(outcomes[0].Err, eventlog.ErrInvalid)
		}
	}},
	{"the longest names are kept", func(l *log) {
		long := strings.Repeat("n", 512)
		id := eventlog.StreamID{Store: long, Key: long}
		row := eventlog.Row{Kind: long, Key: long, Owner: long}
		l.must(eventlog.Append{
			Stream: id, CommandID: long, Events: []eventlog.NewEvent{{Name: "E"}},
			Claims: []eventlog.Claim{{Key: long}}, Rows: []eventlog.RowChange{{Row: row}},
			Work: []eventlog.Work{{ID: long, Key: long}},
		})
		owner, err := l.ClaimOwner(l.ctx, long)
		l.check(err)
		l.same(owner, id)
	}},
	{"after Close calls fail", func(l *log) {
		l.check(l.Close())
		_, err := l.Append(l.ctx, []eventlog.Append{events("a", 0, 1)})
		l.fails(err, eventlog.ErrClosed)
		_, err = l.ReadAll(l.ctx, 0, 1)
		l.fails(err, eventlog.ErrClosed)
		_, err = l.Wait(l.ctx, 0)
		l.fails(err, eventlog.ErrClosed)
		_, err = l.Lease(l.ctx, "n", noon, minutes(1), 1, eventlog.Kinds{})
		l.fails(err, eventlog.ErrClosed)
	}},
}

func illegal() map[string]eventlog.Append {
	with := func(change func(*eventlog.Append)) eventlog.Append {
		a := events("a", 0, 1)
		change(&a)
		return a
	}
	return map[string]eventlog.Append{
		"NUL in key":     with(func(a *eventlog.Append) { a.Stream.Key = "a\x00" }),
		"long key":       with(func(a *eventlog.Append) { a.Stream.Key = strings.Repeat("k", 513) }),
		"actor":          with(func(a *eventlog.Append) { a.Meta.Actor = "\xff" }),
		"unnamed event":  with(func(a *eventlog.Append) { a.Events[0].Name = "" }),
		"command":        with(func(a *eventlog.Append) { a.CommandID = "\xc3" }),
		"claim":          with(func(a *eventlog.Append) { a.Claims = []eventlog.Claim{{}} }),
		"row":            with(func(a *eventlog.Append) { a.Rows = []eventlog.RowChange{{Row: eventlog.Row{Kind: "\x00"}}} }),
		"unnamed work":   with(func(a *eventlog.Append) { a.Work = []eventlog.Work{{Kind: "mail"}} }),
		"work kind":      with(func(a *eventlog.Append) { a.Work = []eventlog.Work{{ID: "w", Kind: "\xff"}} }),
		"cancel":         with(func(a *eventlog.Append) { a.Cancel = []string{"\x00"} }),
		"orphan event":   with(func(a *eventlog.Append) { a.Stream = eventlog.StreamID{} }),
		"orphan claim":   {Claims: []eventlog.Claim{{Key: "k"}}},
		"orphan command": {CommandID: "c"},
		"orphan cancel":  {Cancel: []string{"k"}},
	}
}
