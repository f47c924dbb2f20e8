package eventlogtest

import (
	"fmt"

	"github.com/composable-go/composable/eventlog"
)

var readTests = []test{
	{"all, in pages", func(l *log) {
		const total = 10_000
		fill(l, total)
		var after int64
		for after < total {
			page, err := l.ReadAll(l.ctx, after, 777)
			l.check(err)
			if want := min(777, total-int(after)); len(page) != want {
				l.t.Fatalf("%d events after %d, want %d", len(page), after, want)
			}
			for _, e := range page {
				after++
				if e.Position != after || e.Stream != stream(fmt.Sprint(after%10)) || e.Version != (after-1)/10+1 {
					l.t.Fatalf("event %d is %+v", after, e)
				}
			}
		}
		page, err := l.ReadAll(l.ctx, total, 10)
		l.check(err)
		l.same(len(page), 0)
	}},
	{"one stream, in pages", func(l *log) {
		fill(l, 1000)
		var after int64
		for after < 100 {
			page, err := l.ReadStream(l.ctx, stream("3"), after, 33)
			l.check(err)
			if want := min(33, 100-int(after)); len(page) != want {
				l.t.Fatalf("%d events after %d, want %d", len(page), after, want)
			}
			for _, e := range page {
				after++
				if e.Version != after || e.Stream != stream("3") || e.Position != (after-1)*10+3 {
					l.t.Fatalf("event %d is %+v", after, e)
				}
			}
		}
	}},
	{"the unknown and the illegal have none", func(l *log) {
		l.must(events("a", 0, 1))
		for _, key := range []string{"b", "", "a\x00", "\xff"} {
			found, err := l.ReadStream(l.ctx, stream(key), 0, 10)
			l.check(err)
			l.same(len(found), 0)
			l.owns(key, eventlog.StreamID{})
			l.noRow(key, key)
			_, ok, err := l.Command(l.ctx, stream(key), key, "")
			l.check(err)
			l.same(ok, false)
		}
	}},
	{"no limit, no events", func(l *log) {
		l.must(events("a", 0, 1))
		for _, limit := range []int{0, -1} {
			found, err := l.ReadAll(l.ctx, 0, limit)
			l.check(err)
			l.same(len(found), 0)
		}
	}},
}

// fill appends total events to the ten streams "1", "2", … "9", "0" in turn.
func fill(l *log, total int) {
	l.t.Helper()
	for i := 0; i < total; i += 500 {
		var batch []eventlog.Append
		for n := i; n < i+500; n++ {
			batch = append(batch, events(fmt.Sprint((n+1)%10), int64(n/10), 1))
		}
		for _, o := range l.append(batch...) {
			l.check(o.Err)
		}
	}
}
