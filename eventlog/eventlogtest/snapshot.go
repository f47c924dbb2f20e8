package eventlogtest

import (
	"strings"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

func snapshot(key string, version int64, schema string) eventlog.Snapshot {
	return eventlog.Snapshot{
		Stream: stream(key), Version: version, Position: version * 10, Schema: schema,
		Data: []byte{byte(version), 0, 0xff},
	}
}

// saved demands that want is kept of its stream.
func (l *log) saved(want eventlog.Snapshot) {
	l.t.Helper()
	got, ok, _, err := l.Load(l.ctx, want.Stream, want.Schema, 0)
	l.check(err)
	l.same(ok, true)
	l.same(got, want)
}

var snapshotTests = []test{
	{"one for each stream", func(l *log) {
		for _, key := range []string{"a", "", "a\x00", "\xff"} {
			_, ok, _, err := l.Load(l.ctx, stream(key), "v1", 1)
			l.check(err)
			l.same(ok, false)
		}
		a, b := snapshot("a", 3, "v1"), snapshot("b", 1, "v1")
		l.check(l.SaveSnapshot(l.ctx, a))
		l.check(l.SaveSnapshot(l.ctx, b))
		l.saved(a)
		l.saved(b)
	}},
	{"a later version replaces, an earlier one does not", func(l *log) {
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 3, "v1")))
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 5, "v2")))
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 4, "v3")))
		l.saved(snapshot("a", 5, "v2"))
	}},
	{"another schema replaces the same version", func(l *log) {
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 5, "v2")))
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 5, "v1")))
		l.saved(snapshot("a", 5, "v1"))
	}},
	{"loaded with the events after it", func(l *log) {
		l.must(events("a", 0, 6))
		l.check(l.SaveSnapshot(l.ctx, snapshot("a", 4, "v1")))
		for _, c := range []struct {
			schema   string
			limit    int
			ok       bool
			versions []int64
		}{
			{"v1", 10, true, []int64{5, 6}},
			{"v1", 1, true, []int64{5}},
			{"v2", 3, false, []int64{1, 2, 3}},
			{"", 10, false, []int64{1, 2, 3, 4, 5, 6}},
		} {
			s, ok, after, err := l.Load(l.ctx, stream("a"), c.schema, c.limit)
			l.check(err)
			l.same(ok, c.ok)
			l.same(s.Version, map[bool]int64{true: 4}[ok])
			var versions []int64
			for _, e := range after {
				versions = append(versions, e.Version)
			}
			l.same(versions, c.versions)
		}
	}},
	{"raced, the latest stays", func(l *log) {
		const savers, each = 5, 8
		var group sync.WaitGroup
		for n := range int64(savers) {
			group.Go(func() {
				for i := range int64(each) {
					if err := l.SaveSnapshot(l.ctx, snapshot("a", i*savers+n+1, "v1")); err != nil {
						l.t.Error(err)
					}
				}
			})
		}
		group.Wait()
		l.saved(snapshot("a", savers*each, "v1"))
	}},
	{"an illegal name", func(l *log) {
		for _, s := range []eventlog.Snapshot{
			snapshot("\x00", 1, "v1"), snapshot("a", 1, "\xff"), snapshot(strings.Repeat("k", 513), 1, "v1"),
		} {
			l.fails(l.SaveSnapshot(l.ctx, s), eventlog.ErrInvalid)
		}
	}},
	{"after Close", func(l *log) {
		l.check(l.Close())
		l.fails(l.SaveSnapshot(l.ctx, snapshot("a", 1, "v1")), eventlog.ErrClosed)
		_, _, _, err := l.Load(l.ctx, stream("a"), "v1", 1)
		l.fails(err, eventlog.ErrClosed)
	}},
}
