//go:build linux

package main

import (
	"fmt"
	"log"
	"time"
)

const stoppedIntroduction = `
## A reader that stops

%d readers of ws receive %d events one at a time, as above, and so do as many of another
server, in %d turns. One of the latter has stopped to read: the next event is published
when the others have the last one, and the latencies are theirs. So that a run sees all of
it – the kernel's buffers fill, then the queue, then the reader is closed – the queue holds
at most %d KiB here, and the kernel is asked to keep %d KiB for a connection. The ratio of
p99 is to be at most 1.2.
`

const (
	smallQueue       = 32 << 10
	smallWriteBuffer = 16 << 10
)

// crowd is what the readers saw that had not stopped.
type crowd struct {
	figures
	closed bool // the one that had
}

func measureStopped(s settings) (string, error) {
	runs := map[bool][]crowd{}
	for range s.rounds {
		if err := stop(s, runs); err != nil {
			return "", err
		}
	}
	t := newTable("", "", "published p50", "p99", "p50 : all read", "p99 : all read")
	all := runs[false]
	for _, stopped := range []bool{false, true} {
		name, these := "all read", runs[stopped]
		if stopped {
			name = "one has stopped" + fate(these)
		}
		t.row(name, short(median(these, crowd.p50)), short(median(these, crowd.p99)),
			ratio(median(these, crowd.p50), median(all, crowd.p50)),
			ratio(median(these, crowd.p99), median(all, crowd.p99)))
	}
	return fmt.Sprintf(stoppedIntroduction, s.crowd, s.events, turns, smallQueue>>10, smallWriteBuffer>>10) + t.String(), nil
}

func (c crowd) p50() time.Duration { return c.latencies.Publish.P50 }

func (c crowd) p99() time.Duration { return c.latencies.Publish.P99 }

// fate says what became of the readers that had stopped.
func fate(runs []crowd) string {
	closed := 0
	for _, c := range runs {
		if c.closed {
			closed++
		}
	}
	return fmt.Sprintf(", and was closed in %d of %d runs", closed, len(runs))
}

// stop adds a run in which all readers read, and one in which one has stopped.
func stop(s settings, runs map[bool][]crowd) error {
	setup := Setup{Variant: hubVariant, Readers: s.crowd, MaxQueue: smallQueue, WriteBuffer: smallWriteBuffer}
	return with([]Setup{setup, setup}, func(pairs []*pair) error {
		for i, p := range pairs {
			if err := p.connect(i == 1); err != nil {
				return err
			}
		}
		for range turns {
			for _, p := range pairs {
				if err := p.drive(Drive{s.events / turns, 1}); err != nil {
					return err
				}
			}
		}
		for i, p := range pairs {
			var c crowd
			var err error
			if c.figures, err = p.delivered(); err != nil {
				return err
			}
			if err := p.server.Call("Server.HasClosed", None{}, &c.closed); err != nil {
				return err
			}
			log.Printf("stopped %t: published p99 %s, closed %t", i == 1, c.p99(), c.closed)
			runs[i == 1] = append(runs[i == 1], c)
		}
		return nil
	})
}
