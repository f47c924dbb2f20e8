package eventlogtest

import (
	"github.com/composable-go/composable/eventlog"
)

var journalTests = []test{
	{"beside the event, in pages", func(l *log) {
		a := events("a", 0, 5)
		for i, text := range []string{"one", "", "three", "four"} {
			a.Events[i].Journal = []byte(text)
		}
		a.Events[4].Journal = []byte{0xff, 0}
		l.must(events("b", 0, 1))
		l.must(a)
		entry := func(version int64, data string) eventlog.JournalEntry {
			return eventlog.JournalEntry{Version: version, Data: []byte(data)}
		}
		all := []eventlog.JournalEntry{entry(1, "one"), entry(3, "three"), entry(4, "four"), entry(5, "\xff\x00")}
		l.same(l.journal("a", 0, 10), all)
		l.same(l.journal("a", -7, 2), all[:2])
		l.same(l.journal("a", 1, 2), all[1:3])
		l.same(l.journal("a", 4, 10), all[3:])
		l.same(len(l.journal("a", 5, 10))+len(l.journal("a", 0, 0))+len(l.journal("a", 0, -1)), 0)
		for _, key := range []string{"b", "none", "a\x00"} {
			l.same(len(l.journal(key, 0, 10)), 0)
		}
	}},
	{"not among the events", func(l *log) {
		plain, noted := events("plain", 0, 2), events("noted", 0, 2)
		noted.Events[0].Journal, noted.Events[1].Journal = []byte("secret"), []byte("secret")
		l.must(plain)
		l.must(noted)
		for i, e := range l.all() {
			l.same(e.Data, plain.Events[i%2].Data)
		}
	}},
	{"of what failed nothing is written down", func(l *log) {
		a := events("a", 3, 1)
		a.Events[0].Journal = []byte("wrong")
		l.fails(l.try(a), eventlog.ErrConflict)
		l.must(events("a", 0, 4))
		l.same(len(l.journal("a", 0, 10)), 0)
	}},
}

func (l *log) journal(key string, after int64, limit int) []eventlog.JournalEntry {
	l.t.Helper()
	entries, err := l.Journal(l.ctx, stream(key), after, limit)
	l.check(err)
	return entries
}
