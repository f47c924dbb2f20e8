//go:build linux

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

const introduction = `# Benchmarks of web sockets

Written by ` + "`make bench-ws`" + `; run it on your machine. Each figure is the median of %d runs;
what is compared is measured in turns, each time by a server process of its own. What
makes the load is another process on the same cores. It reads all sockets from one epoll
and knows just enough of the protocols to find the ends of messages.

%s

- **ws** is package ws as an application has it, behind web.NewRouter with all its
  middleware: each client is authenticated, the topic granted, the events come from a
  store on a log in memory through its view.
- **loop** is the plainest server on the same library, coder/websocket: it reads in the
  HTTP handler, and writes an event by conn.Write to one connection after the other. It
  waits for each, has no topics, and forgets what it has sent.
- **writer** is loop with a queue and a goroutine for each connection, which writes it.
- **returned** is loop whose handler returns after the upgrade and leaves the reading to
  another goroutine.
- **tcp** is loop on bare TCP connections, the same bytes without a library.
`

// report is the whole Markdown file; load is that of the machine before the first run.
func report(s settings, load, sections string) string {
	return fmt.Sprintf(introduction, s.rounds, machine(load)) + sections
}

// title is how the report calls a variant.
func title(variant string) string {
	if variant == hubVariant {
		return "ws"
	}
	return variant
}

// table writes a head and rows of Markdown; the first column is of text, the others
// of numbers.
type table struct{ strings.Builder }

func newTable(title string, columns ...string) *table {
	t := new(table)
	if title != "" {
		fmt.Fprintf(t, "\n### %s\n", title)
	}
	t.WriteString("\n")
	t.row(columns...)
	t.WriteString("|---|" + strings.Repeat("--:|", len(columns)-1) + "\n")
	return t
}

func (t *table) row(cells ...string) {
	fmt.Fprintf(t, "| %s |\n", strings.Join(cells, " | "))
}

// median returns the middle of one figure of the runs, zero without any.
func median[R any, F cmp.Ordered](runs []R, figure func(R) F) (middle F) {
	if len(runs) == 0 {
		return middle
	}
	all := make([]F, len(runs))
	for i, r := range runs {
		all[i] = figure(r)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// medianOf is made of the median of each figure.
func medianOf(runs []figures) figures {
	duration := func(figure func(figures) time.Duration) time.Duration { return median(runs, figure) }
	return figures{
		perSecond: median(runs, func(f figures) float64 { return f.perSecond }),
		cpu:       duration(func(f figures) time.Duration { return f.cpu }),
		latencies: Latencies{
			Publish: Quantiles{
				duration(func(f figures) time.Duration { return f.latencies.Publish.P50 }),
				duration(func(f figures) time.Duration { return f.latencies.Publish.P99 }),
			},
			Commit: Quantiles{
				duration(func(f figures) time.Duration { return f.latencies.Commit.P50 }),
				duration(func(f figures) time.Duration { return f.latencies.Commit.P99 }),
			},
		},
	}
}

// ratio sets two figures in relation, in bold.
func ratio[F float64 | time.Duration](this, other F) string {
	return fmt.Sprintf("**%.2f**", float64(this)/float64(other))
}

// microseconds has two digits after the point.
func microseconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*1e6) }

// short rounds to what can be told apart; nothing is a dash.
func short(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
