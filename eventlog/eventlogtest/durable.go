package eventlogtest

import (
	"testing"

	"github.com/composable-go/composable/eventlog"
)

// Durable checks that what was acknowledged is there after a restart. Each call
// of place names an empty place and returns how to open it, again and again.
func Durable(t *testing.T, place func(t *testing.T) (open func(t *testing.T) eventlog.Backend)) {
	open := place(t)
	first := &log{Backend: open(t), t: t, ctx: t.Context()}
	a := command("a", 0, "c")
	a.Claims = []eventlog.Claim{{Key: "k"}}
	a.Rows = []eventlog.RowChange{put(row("1"), eventlog.Absent)}
	a.Work = []eventlog.Work{keyed("w", "k"), keyed("dead", "d"), item("later", 90)}
	first.must(a)
	first.must(events("b", 0, 2))
	first.leased("n1", 0, "w", "dead")
	first.check(first.Bury(first.ctx, eventlog.Lease{ID: "dead", Owner: "n1"}, failed(0, "lost")))
	events := first.all()
	first.check(first.Close())

	second := newLog(t, open(t))
	second.same(second.all(), events)
	second.waits(-1, 3)
	second.same(second.must(a), eventlog.Outcome{Version: 1, Position: 1, Duplicate: true})
	second.owns("k", stream("a"))
	second.same(second.row("session", "1", noon).Revision, int64(1))
	second.same(len(second.letters()), 1)
	second.leased("n2", 10, "w")
	second.same(second.must(eventlog.Append{}).Position, int64(3))
}
