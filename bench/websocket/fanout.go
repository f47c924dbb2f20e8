//go:build linux

package main

import (
	"fmt"
	"log"
	"slices"
	"strings"
	"time"
)

const fanOutIntroduction = `
## Fan-out

An event of %d bytes goes to all readers. **One at a time**: the next is published when
all have the last one, so that deliveries per second are those of a server that is never
idle and never behind. **Bursts**: %d at once, for ws by as many callers of Store.Send,
each on a stream of its own; the next burst is published when all readers have all of the
last one. **CPU** is the time of the server process alone, per event and reader.
**Published** is the time from right before Store.Send, or before the loop, until a reader
has the event; **committed** that from when the log's Append returned. Under bursts an
event waits for those before it.

Beside loop, ws is to reach 0.9 of the deliveries and to take at most 1.11 of the CPU, one
at a time; in bursts it is to deliver at least 6 times as much as one at a time.
`

const burst = 64 // events

// delivery is what a run of fan-out gave.
type delivery struct {
	perSecond float64
	cpu       time.Duration // of the server, per delivery
	latencies Latencies
}

// fan is what both ways to publish gave.
type fan struct{ single, bursts delivery }

func measureFanOut(s settings) (string, error) {
	wanted := slices.DeleteFunc(slices.Clone(s.variants), func(v string) bool { return v == returnedVariant })
	var out strings.Builder
	fmt.Fprintf(&out, fanOutIntroduction, eventSize, burst)
	for _, readers := range s.readers {
		runs := map[string][]fan{}
		for range s.rounds {
			for _, v := range wanted {
				f, err := fanOut(v, readers, s.deliveries)
				if err != nil {
					return "", err
				}
				log.Printf("fanout %s to %d: %.0f/s, %s; bursts %.0f/s, %s",
					v, readers, f.single.perSecond, f.single.cpu, f.bursts.perSecond, f.bursts.cpu)
				runs[v] = append(runs[v], f)
			}
		}
		writeFanOut(&out, readers, wanted, runs)
	}
	return out.String(), nil
}

// fanOut measures one server.
func fanOut(variant string, readers, deliveries int) (f fan, err error) {
	err = with(Setup{Variant: variant, Connections: readers}, func(p pair) (err error) {
		if err := p.connect(Connection{Bare: variant == tcpVariant, Readers: readers}); err != nil {
			return err
		}
		events := max(1, deliveries/readers)
		bursts := max(2, 3*events/burst)
		if _, err = p.drive(Drive{max(1, events/10), 1}, readers); err != nil { // warms up
			return err
		}
		if f.single, err = p.drive(Drive{events, 1}, readers); err != nil {
			return err
		}
		if _, err = p.drive(Drive{burst, burst}, readers); err != nil {
			return err
		}
		f.bursts, err = p.drive(Drive{bursts * burst, burst}, readers)
		return err
	})
	return f, err
}

// drive publishes events and has them received.
func (p pair) drive(d Drive, readers int) (got delivery, err error) {
	var times EventTimes
	var elapsed time.Duration
	cpu, err := p.cpu(func() error { return p.generator.Call("Generator.Drive", d, &elapsed) })
	if err != nil {
		return got, err
	}
	if err := p.server.Call("Server.Times", None{}, &times); err != nil {
		return got, err
	}
	n := d.Events * readers
	got.perSecond = float64(n) / elapsed.Seconds()
	got.cpu = cpu / time.Duration(n)
	return got, p.generator.Call("Generator.Latencies", times, &got.latencies)
}

// cpu returns the time of the server that do takes.
func (p pair) cpu(do func() error) (time.Duration, error) {
	var before, after time.Duration
	if err := p.server.Call("Server.CPU", None{}, &before); err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	err := p.server.Call("Server.CPU", None{}, &after)
	return after - before, err
}

func writeFanOut(out *strings.Builder, readers int, variants []string, runs map[string][]fan) {
	head := []string{"", "deliveries/s", ": loop", "CPU, µs", ": loop", "published p50", "p99", "committed p50", "p99"}
	single := newTable(fmt.Sprintf("%d readers, one at a time", readers), head...)
	bursts := newTable(fmt.Sprintf("%d readers, bursts of %d", readers, burst), append(head, "deliveries : one at a time", "CPU : one at a time")...)
	loop := middle(runs[loopVariant])
	for _, v := range variants {
		f := middle(runs[v])
		single.row(append([]string{title(v)}, f.single.beside(loop.single)...)...)
		bursts.row(append(append([]string{title(v)}, f.bursts.beside(loop.bursts)...),
			ratio(f.bursts.perSecond, f.single.perSecond), ratio(f.bursts.cpu, f.single.cpu))...)
	}
	out.WriteString(single.String() + bursts.String())
}

// beside are the cells of the figures, with their ratios to those of loop.
func (d delivery) beside(loop delivery) []string {
	l := d.latencies
	return []string{
		fmt.Sprintf("%.0f", d.perSecond), ratio(d.perSecond, loop.perSecond),
		microseconds(d.cpu), ratio(d.cpu, loop.cpu),
		short(l.Publish.P50), short(l.Publish.P99), short(l.Commit.P50), short(l.Commit.P99),
	}
}

// middle is made of the median of each figure; it is zero without any run.
func middle(runs []fan) fan {
	if len(runs) == 0 {
		return fan{}
	}
	return fan{
		middleOf(runs, func(f fan) delivery { return f.single }),
		middleOf(runs, func(f fan) delivery { return f.bursts }),
	}
}

func middleOf(runs []fan, of func(fan) delivery) delivery {
	duration := func(figure func(delivery) time.Duration) time.Duration {
		return median(runs, func(f fan) time.Duration { return figure(of(f)) })
	}
	return delivery{
		perSecond: median(runs, func(f fan) float64 { return of(f).perSecond }),
		cpu:       duration(func(d delivery) time.Duration { return d.cpu }),
		latencies: Latencies{
			Publish: Quantiles{
				duration(func(d delivery) time.Duration { return d.latencies.Publish.P50 }),
				duration(func(d delivery) time.Duration { return d.latencies.Publish.P99 }),
			},
			Commit: Quantiles{
				duration(func(d delivery) time.Duration { return d.latencies.Commit.P50 }),
				duration(func(d delivery) time.Duration { return d.latencies.Commit.P99 }),
			},
		},
	}
}
