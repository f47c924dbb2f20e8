package bench

import (
	"flag"
	"fmt"
	"strings"
	"testing"
)

var reportPath = flag.String("report", "", "write the results to this Markdown file")

// rounds is how often each pair is measured, in turns, so that what else the machine
// does falls on both. The median counts.
const rounds = 3

// part is a section of the report.
type part struct {
	name    string
	measure func(b *testing.B) string
}

func parts() []part {
	return []part{
		{"Send", measureSend},
		{"HTTP", measureHTTP},
		{"Conflicts", measureConflicts},
		{"Loads", measureLoads},
		{"CatchUp", measureCatchUp},
		{"Memory", measureMemory},
		{"Step", measureStep},
	}
}

// BenchmarkAll measures every part; -bench All/HTTP is one of them.
func BenchmarkAll(b *testing.B) {
	load := loadAverage()
	var sections []string
	for _, p := range parts() {
		var section string
		b.Run(p.name, func(b *testing.B) { section = p.measure(b) })
		sections = append(sections, section)
	}
	if *reportPath == "" || b.Failed() {
		return
	}
	if err := writeReport(b, *reportPath, load, strings.Join(sections, "")); err != nil {
		b.Fatal(err)
	}
}

// measureSend measures every system under every load.
func measureSend(b *testing.B) string {
	var out strings.Builder
	fmt.Fprintf(&out, sendIntroduction, poolSize)
	for _, s := range systems() {
		for _, l := range loads() {
			t := table{title: "### " + s.name + ", " + l.title, callers: "callers", ours: "Send/s"}
			if s.plain != nil {
				t.other, t.ratio = "plain/s", "Send : plain"
			}
			for _, callers := range []int{1, 64, 256, 1024} {
				t.rows = append(t.rows, compare(b, s, l, callers))
			}
			t.write(&out)
		}
	}
	return out.String()
}

func compare(b *testing.B, s system, l load, callers int) row {
	var send, plain []measure
	name := strings.ReplaceAll(fmt.Sprintf("%s/%s/%d/", s.name, l.name, callers), " ", "_")
	for range rounds {
		send = append(send, bench(b, name+"send", s.send, l, callers))
		if s.plain != nil {
			plain = append(plain, bench(b, name+"plain", s.plain, l, callers))
		}
	}
	return row{callers, median(send), median(plain)}
}

// bench returns the last of the runs that the testing package needs to find its N.
func bench(b *testing.B, name string, open func(testing.TB) sender, l load, callers int) (m measure) {
	b.Run(name, func(b *testing.B) {
		send := open(b)
		warm(b, send, l, callers)
		b.ResetTimer()
		m = run(b, send, l, callers, b.N)
		b.StopTimer()
		b.ReportMetric(m.perSecond, "appends/s")
		b.ReportMetric(float64(m.p50.Microseconds()), "p50-µs")
		b.ReportMetric(float64(m.p99.Microseconds()), "p99-µs")
		b.ReportMetric(m.allocs, "allocs/append")
	})
	return m
}
