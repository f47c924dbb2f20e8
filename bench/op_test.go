package bench

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// op is an operation that is measured one after the other.
type op struct {
	name string
	do   func(ctx context.Context) error
}

// cost is what one operation takes.
type cost struct {
	time   time.Duration
	allocs float64
}

// contest is an operation beside the one it is measured by.
type contest struct {
	title       string
	ours, other op
}

// inTurns measures both sides of a contest.
func (c contest) inTurns(b *testing.B) (ours, other cost) {
	var left, right []cost
	for range rounds {
		left = append(left, timed(b, c.title+"/"+c.ours.name, c.ours))
		right = append(right, timed(b, c.title+"/"+c.other.name, c.other))
	}
	return medianCost(left), medianCost(right)
}

// timed returns the mean of the last of the runs that the testing package needs.
func timed(b *testing.B, name string, o op) (c cost) {
	b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.ResetTimer()
		for range b.N {
			if err := o.do(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		runtime.ReadMemStats(&after)
		c = cost{b.Elapsed() / time.Duration(b.N), float64(after.Mallocs-before.Mallocs) / float64(b.N)}
	})
	return c
}

func medianCost(costs []cost) cost {
	slices.SortFunc(costs, func(a, b cost) int { return cmp.Compare(a.time, b.time) })
	return costs[len(costs)/2]
}

// writeContests measures and writes a line for each.
func writeContests(b *testing.B, out *strings.Builder, contests []contest) {
	out.WriteString("\n| | this | time | beside | time | ratio |\n|---|---|--:|---|--:|--:|\n")
	for _, c := range contests {
		ours, other := c.inTurns(b)
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | **%.2f** |\n", c.title,
			c.ours.name, short(ours.time), c.other.name, short(other.time), float64(ours.time)/float64(other.time))
	}
}
