//go:build linux

package main

import (
	"fmt"
	"log"
	"slices"
	"strings"
)

const fanOutIntroduction = `
## Fan-out

An event of %d bytes goes to all readers. **One at a time**: the next is published when
all have the last one, so that the server is never behind. **Bursts**: %d at once, for ws
by as many callers of Store.Send, each on a stream of its own; the next burst is published
when all readers have all of the last one. All servers run at once, each with its readers,
and are asked in turns, %d in a run, while the others are idle.

**CPU** is the time of the server process alone, per event and reader. **Published** is the
time from right before Store.Send, or before the loop, until a reader has the event;
**committed** that from when the log's Append returned. In a burst an event waits for those
before it.

Beside loop, ws is to reach 0.9 of the deliveries and to take at most 1.11 of the CPU, one
at a time; in bursts it is to deliver at least 6 times as much as one at a time.
`

const (
	burst = 64 // events
	turns = 10
)

// fan is what both ways to publish gave.
type fan struct{ single, bursts figures }

func measureFanOut(s settings) (string, error) {
	wanted := slices.DeleteFunc(slices.Clone(s.variants), func(v string) bool { return v == returnedVariant })
	var out strings.Builder
	fmt.Fprintf(&out, fanOutIntroduction, eventSize, burst, turns)
	for _, readers := range s.readers {
		runs := map[string][]fan{}
		for range s.rounds {
			if err := fanOut(wanted, readers, s.deliveries, runs); err != nil {
				return "", err
			}
		}
		writeFanOut(&out, readers, wanted, runs)
	}
	return out.String(), nil
}

// fanOut adds a run of each variant.
func fanOut(variants []string, readers, deliveries int, runs map[string][]fan) error {
	setups := make([]Setup, len(variants))
	for i, v := range variants {
		setups[i] = Setup{Variant: v, Readers: readers}
	}
	return with(setups, func(pairs []*pair) error {
		for _, p := range pairs {
			if err := p.connect(false); err != nil {
				return err
			}
		}
		events := max(1, deliveries/readers/turns)
		single, err := inTurns(pairs, Drive{events, 1}, turns)
		if err != nil {
			return err
		}
		bursts, err := inTurns(pairs, Drive{burst, burst}, max(2, 3*turns*events/burst))
		if err != nil {
			return err
		}
		for i, v := range variants {
			log.Printf("fanout %s to %d: %.0f/s, %s; bursts %.0f/s, %s", v, readers,
				single[i].perSecond, single[i].cpu, bursts[i].perSecond, bursts[i].cpu)
			runs[v] = append(runs[v], fan{single[i], bursts[i]})
		}
		return nil
	})
}

// inTurns drives each of the pairs so many times, after once to warm it up.
func inTurns(pairs []*pair, d Drive, turns int) (all []figures, err error) {
	for turn := range turns + 1 {
		for _, p := range pairs {
			if err := p.drive(d); err != nil {
				return nil, fmt.Errorf("%s: %w", p.setup.Variant, err)
			}
			if turn > 0 {
				continue
			}
			if _, err := p.delivered(); err != nil {
				return nil, err
			}
		}
	}
	all = make([]figures, len(pairs))
	for i, p := range pairs {
		if all[i], err = p.delivered(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func writeFanOut(out *strings.Builder, readers int, variants []string, runs map[string][]fan) {
	head := []string{"", "deliveries/s", ": loop", "CPU, µs", ": loop", "published p50", "p99", "committed p50", "p99"}
	single := newTable(fmt.Sprintf("%d readers, one at a time", readers), head...)
	bursts := newTable(fmt.Sprintf("%d readers, bursts of %d", readers, burst), append(head, "deliveries : one at a time", "CPU : one at a time")...)
	loop := middle(runs[loopVariant])
	for _, v := range variants {
		f := middle(runs[v])
		single.row(append([]string{title(v)}, beside(f.single, loop.single)...)...)
		bursts.row(append(append([]string{title(v)}, beside(f.bursts, loop.bursts)...),
			ratio(f.bursts.perSecond, f.single.perSecond), ratio(f.bursts.cpu, f.single.cpu))...)
	}
	out.WriteString(single.String() + bursts.String())
}

// beside are the cells of the figures, with their ratios to those of loop.
func beside(f, loop figures) []string {
	l := f.latencies
	return []string{
		fmt.Sprintf("%.0f", f.perSecond), ratio(f.perSecond, loop.perSecond),
		microseconds(f.cpu), ratio(f.cpu, loop.cpu),
		short(l.Publish.P50), short(l.Publish.P99), short(l.Commit.P50), short(l.Commit.P99),
	}
}

func middle(runs []fan) fan {
	single, bursts := make([]figures, len(runs)), make([]figures, len(runs))
	for i, r := range runs {
		single[i], bursts[i] = r.single, r.bursts
	}
	return fan{medianOf(single), medianOf(bursts)}
}
