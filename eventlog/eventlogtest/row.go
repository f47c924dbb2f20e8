package eventlogtest

import (
	"time"

	"github.com/composable-go/composable/eventlog"
)

func row(key string) eventlog.Row {
	return eventlog.Row{Kind: "session", Key: key, Owner: "user/1", Data: []byte(`{"n":"` + key + `"}`)}
}

func put(r eventlog.Row, expect eventlog.Expect) eventlog.RowChange {
	return eventlog.RowChange{Row: r, Expect: expect}
}

func (l *log) rows(at time.Time, changes ...eventlog.RowChange) error {
	l.t.Helper()
	return l.try(eventlog.Append{Meta: eventlog.Meta{At: at}, Rows: changes})
}

func (l *log) row(kind, key string, at time.Time) eventlog.Row {
	l.t.Helper()
	r, ok, err := l.Row(l.ctx, kind, key, at)
	l.check(err)
	if ok != (r.Revision > 0) {
		l.t.Fatalf("Row: ok is %t for %+v", ok, r)
	}
	return r
}

func (l *log) noRow(kind, key string) {
	l.t.Helper()
	l.same(l.row(kind, key, noon), eventlog.Row{})
}

// refused demands a RowError.
func (l *log) refused(err error) {
	l.t.Helper()
	var refused *eventlog.RowError
	l.as(err, &refused)
}

var rowTests = []test{
	{"comes back as it was, with its revision", func(l *log) {
		r := row("1")
		r.Expires = minutes(5)
		l.check(l.rows(noon, put(r, eventlog.Any)))
		want := r
		want.Revision = 1
		l.same(l.row("session", "1", noon), want)
		r.Data, r.Owner, r.Expires = []byte("2"), "user/2", time.Time{}
		l.check(l.rows(noon, put(r, 1)))
		r.Revision = 2
		l.same(l.row("session", "1", noon), r)
		l.noRow("token", "1")
	}},
	{"preconditions", func(l *log) {
		drop := func(e eventlog.Expect) eventlog.RowChange {
			return eventlog.RowChange{Row: row("1"), Delete: true, Expect: e}
		}
		for _, absent := range []eventlog.RowChange{put(row("1"), eventlog.Present), put(row("1"), 1), drop(eventlog.Present), drop(1)} {
			l.refused(l.rows(noon, absent))
		}
		l.check(l.rows(noon, drop(eventlog.Any)))
		l.check(l.rows(noon, drop(eventlog.Absent)))
		l.check(l.rows(noon, put(row("1"), eventlog.Absent)))
		for _, present := range []eventlog.RowChange{put(row("1"), eventlog.Absent), put(row("1"), 2), drop(eventlog.Absent), drop(2)} {
			l.refused(l.rows(noon, present))
		}
		l.check(l.rows(noon, put(row("1"), eventlog.Present)))
		l.check(l.rows(noon, put(row("1"), 2)))
		l.same(l.row("session", "1", noon).Revision, int64(3))
		l.check(l.rows(noon, drop(3)))
		l.noRow("session", "1")
		l.check(l.rows(noon, put(row("1"), eventlog.Any)))
		l.same(l.row("session", "1", noon).Revision, int64(1))
	}},
	{"all or none", func(l *log) {
		l.check(l.rows(noon, put(row("1"), eventlog.Any)))
		l.refused(l.rows(noon, put(row("1"), 1), put(row("2"), eventlog.Absent), put(row("3"), eventlog.Present)))
		l.same(l.row("session", "1", noon).Revision, int64(1))
		l.noRow("session", "2")
		guarded := events("a", 0, 1)
		guarded.Rows = []eventlog.RowChange{put(row("3"), eventlog.Present)}
		l.refused(l.try(guarded))
		l.same(len(l.all()), 0)
	}},
	{"twice in one append", func(l *log) {
		l.check(l.rows(noon, put(row("1"), eventlog.Absent), put(row("1"), 1)))
		l.same(l.row("session", "1", noon).Revision, int64(2))
		l.refused(l.rows(noon, put(row("1"), 2), put(row("1"), 2)))
		l.same(l.row("session", "1", noon).Revision, int64(2))
	}},
	{"an expired row does not exist", func(l *log) {
		r := row("1")
		r.Expires = minutes(5)
		l.check(l.rows(noon, put(r, eventlog.Any)))
		l.same(l.row("session", "1", minutes(5).Add(-time.Microsecond)).Revision, int64(1))
		l.same(l.row("session", "1", minutes(5)), eventlog.Row{})
		l.refused(l.rows(minutes(4), put(r, eventlog.Absent)))
		l.refused(l.rows(minutes(5), put(r, eventlog.Present)))
		r.Expires = minutes(9)
		l.check(l.rows(minutes(5), put(r, eventlog.Absent)))
		l.same(l.row("session", "1", minutes(6)).Revision, int64(1))
	}},
	{"of an owner, by key", func(l *log) {
		other, gone, forever := row("0"), row("3"), row("Z")
		other.Owner, gone.Expires = "user/2", minutes(1)
		l.check(l.rows(noon, put(row("a"), 0), put(row("1"), 0), put(other, 0), put(gone, 0), put(forever, 0)))
		got, err := l.RowsOf(l.ctx, "session", "user/1", minutes(1))
		l.check(err)
		var keys []string
		for _, r := range got {
			keys = append(keys, r.Key)
		}
		l.same(keys, []string{"1", "Z", "a"})
	}},
	{"purged when expired", func(l *log) {
		brief, long := row("brief"), row("long")
		brief.Expires, long.Expires = minutes(1), minutes(3)
		l.check(l.rows(noon, put(brief, 0), put(long, 0), put(row("forever"), 0)))
		for i, want := range []int{0, 1, 1} {
			got, err := l.Purge(l.ctx, minutes(i*2))
			l.check(err)
			l.same(got, want)
		}
		l.same(l.row("session", "forever", minutes(9)).Revision, int64(1))
	}},
}
