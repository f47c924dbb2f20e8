package bench

import "testing"

// TestEverySystemRuns keeps the benchmark itself in working order.
func TestEverySystemRuns(t *testing.T) {
	for _, s := range systems() {
		for _, l := range loads() {
			if m := run(t, s.send(t), l, 4, 100); m.p50 <= 0 || m.p99 < m.p50 {
				t.Errorf("%s, %s: Send measured as %+v", s.name, l.title, m)
			}
			if s.plain == nil {
				continue
			}
			if m := run(t, s.plain(t), l, 4, 100); m.p50 <= 0 || m.p99 < m.p50 {
				t.Errorf("%s, %s: plain measured as %+v", s.name, l.title, m)
			}
		}
	}
}
