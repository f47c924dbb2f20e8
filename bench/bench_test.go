package bench

import (
	"flag"
	"fmt"
	"testing"
)

var reportPath = flag.String("report", "", "write the results to this Markdown file")

// BenchmarkSend measures every system under every load. The plain way runs right
// after Send, on the same disk and the same server.
func BenchmarkSend(b *testing.B) {
	var rows []row
	for _, s := range systems() {
		for _, l := range loads() {
			for _, callers := range []int{1, 64, 256, 1024} {
				r := row{system: s.name, load: l.title, callers: callers}
				b.Run(fmt.Sprintf("%s/%s/%d/send", s.name, l.name, callers), func(b *testing.B) {
					r.send = bench(b, s.send(b), l, callers)
				})
				if s.plain != nil {
					b.Run(fmt.Sprintf("%s/%s/%d/plain", s.name, l.name, callers), func(b *testing.B) {
						r.plain = bench(b, s.plain(b), l, callers)
					})
				}
				rows = append(rows, r)
			}
		}
	}
	if path := *reportPath; path != "" {
		if err := writeReport(b, path, rows); err != nil {
			b.Fatal(err)
		}
	}
}

func bench(b *testing.B, send sender, l load, callers int) measure {
	b.ResetTimer()
	m := run(b, send, l, callers, b.N)
	b.StopTimer()
	b.ReportMetric(m.perSecond, "appends/s")
	b.ReportMetric(float64(m.p50.Microseconds()), "p50-µs")
	b.ReportMetric(float64(m.p99.Microseconds()), "p99-µs")
	b.ReportMetric(m.allocs, "allocs/append")
	return m
}
