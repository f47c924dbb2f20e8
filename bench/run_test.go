package bench

import "testing"

// TestEverySystemRuns keeps the benchmark itself in working order.
func TestEverySystemRuns(t *testing.T) {
	for _, s := range systems() {
		check(t, s.name+" send", s.send(t))
		if s.plain != nil {
			check(t, s.name+" plain", s.plain(t))
		}
	}
}

func check(t *testing.T, name string, send sender) {
	t.Helper()
	for _, l := range loads() {
		warm(t, send, l, 4)
		if m := run(t, send, l, 4, 100); m.p50 <= 0 || m.p99 < m.p50 {
			t.Errorf("%s, %s: measured as %+v", name, l.title, m)
		}
	}
}
