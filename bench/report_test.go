package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// row is a line of the report.
type row struct {
	system, load string
	callers      int
	send, plain  measure
}

const introduction = `# Benchmarks

Written by ` + "`make bench`" + `; run it on your machine.

- **Send** is Store.Send of one command that records one event of 200 bytes. A
  caller waits for the acknowledgement, which comes after the commit, and sends the next.
- **Plain** is the same event inserted by the same driver in a transaction of its own,
  under the same durability: a table that is unique in stream and version, the version
  known without asking, the insert prepared. On Postgres a pool of %d connections, on
  SQLite one writer behind a mutex. It promises less: no contiguous positions in commit
  order, no reducer, no one to decide anew.
- Each line is the median of %d runs, Send and plain in turns.
- Postgres runs with fsync and full_page_writes on the same machine, SQLite in WAL mode
  with synchronous=FULL.

%s
`

// writeReport replaces the Markdown file at path; load is that of the machine
// before the first run.
func writeReport(b *testing.B, path, load string, rows []row) error {
	var out strings.Builder
	fmt.Fprintf(&out, introduction, poolSize, rounds, machine(b, load))
	for i, r := range rows {
		if i == 0 || rows[i-1].system != r.system || rows[i-1].load != r.load {
			heading(&out, r)
		}
		r.write(&out)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(out.String()), 0o644)
}

func heading(out *strings.Builder, r row) {
	fmt.Fprintf(out, "\n## %s, %s\n\n", r.system, r.load)
	if r.plain == (measure{}) {
		out.WriteString("| callers | Send/s | p50 | p99 | allocations |\n|--:|--:|--:|--:|--:|\n")
		return
	}
	out.WriteString("| callers | Send/s | p50 | p99 | allocations | plain/s | p50 | p99 | Send : plain |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
}

func (r row) write(out *strings.Builder) {
	fmt.Fprintf(out, "| %d | %.0f | %s | %s | %.0f |", r.callers,
		r.send.perSecond, short(r.send.p50), short(r.send.p99), r.send.allocs)
	if r.plain != (measure{}) {
		fmt.Fprintf(out, " %.0f | %s | %s | **%.1f** |",
			r.plain.perSecond, short(r.plain.p50), short(r.plain.p99), r.send.perSecond/r.plain.perSecond)
	}
	out.WriteString("\n")
}

// short rounds to what can be told apart.
func short(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(time.Microsecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}
