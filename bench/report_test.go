package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const introduction = `# Benchmarks

Written by ` + "`make bench`" + `; run it on your machine. Each figure is the median of %d runs;
what is compared is measured in turns. Postgres runs with fsync and full_page_writes on
the same machine, SQLite in WAL mode with synchronous=FULL. What makes the load runs on
the same cores, in the same process.

%s
`

const sendIntroduction = `
## Store.Send

- **Send** is Store.Send of one command that records one event of 200 bytes. A
  caller waits for the acknowledgement, which comes after the commit, and sends the next.
- **Plain** is the same event inserted by the same driver in a transaction of its own,
  under the same durability: a table that is unique in stream and version, the version
  known without asking, the insert prepared. On Postgres a pool of %d connections, on
  SQLite one writer behind a mutex. It promises less: no contiguous positions in commit
  order, no reducer, no one to decide anew.
`

// writeReport replaces the Markdown file at path; load is that of the machine
// before the first run.
func writeReport(b *testing.B, path, load, sections string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(fmt.Sprintf(introduction, rounds, machine(b, load))+sections), 0o644)
}

// table compares throughput and latency by number of callers.
type table struct {
	title                string
	callers, ours, other string // heads of columns; other is empty when there is nothing to compare with
	ratio                string
	rows                 []row
}

// row is a line of a table.
type row struct {
	callers     int
	ours, other measure
}

func (t table) write(out *strings.Builder) {
	fmt.Fprintf(out, "\n%s\n\n| %s | %s | p50 | p99 | allocations |", t.title, t.callers, t.ours)
	if t.other == "" {
		out.WriteString("\n|--:|--:|--:|--:|--:|\n")
	} else {
		fmt.Fprintf(out, " %s | p50 | p99 | %s |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n", t.other, t.ratio)
	}
	for _, r := range t.rows {
		fmt.Fprintf(out, "| %d | %.0f | %s | %s | %.0f |", r.callers,
			r.ours.perSecond, short(r.ours.p50), short(r.ours.p99), r.ours.allocs)
		if t.other != "" {
			fmt.Fprintf(out, " %.0f | %s | %s | **%.2f** |",
				r.other.perSecond, short(r.other.p50), short(r.other.p99), r.ours.perSecond/r.other.perSecond)
		}
		out.WriteString("\n")
	}
}

// short rounds to what can be told apart.
func short(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return d.String()
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}
