//go:build linux

package main

import (
	"fmt"
	"log"
	"time"
)

const stoppedIntroduction = `
## A reader that stops

%d readers of ws receive %d events one at a time, as above. In every second run one of
them has stopped to read, the next event is published when the others have the last one,
and their latencies are those of the table. So that the run sees all of it – first the
kernel's buffers are filled, then the queue, then the reader is closed – the queue holds at
most %d KiB here and the kernel keeps %d KiB for a connection. The ratio of p99 is to be at
most 1.2.
`

const (
	smallQueue       = 128 << 10
	smallWriteBuffer = 16 << 10
)

// crowd is what a run with many readers gave.
type crowd struct {
	delivery
	closed bool // a reader that was too slow
}

func measureStopped(s settings) (string, error) {
	runs := map[bool][]crowd{}
	for range s.rounds {
		for _, stopped := range []bool{false, true} {
			c, err := receiveAll(s, stopped)
			if err != nil {
				return "", err
			}
			log.Printf("stopped %t: published p99 %s, closed %t", stopped, c.latencies.Publish.P99, c.closed)
			runs[stopped] = append(runs[stopped], c)
		}
	}
	p50 := func(c crowd) time.Duration { return c.latencies.Publish.P50 }
	p99 := func(c crowd) time.Duration { return c.latencies.Publish.P99 }
	t := newTable("", "", "published p50", "p99", "p50 : all read", "p99 : all read")
	for _, stopped := range []bool{false, true} {
		name := "all read"
		if stopped {
			name = "one has stopped" + fate(runs[stopped])
		}
		t.row(name, short(median(runs[stopped], p50)), short(median(runs[stopped], p99)),
			ratio(median(runs[stopped], p50), median(runs[false], p50)),
			ratio(median(runs[stopped], p99), median(runs[false], p99)))
	}
	return fmt.Sprintf(stoppedIntroduction, s.crowd, s.events, smallQueue>>10, smallWriteBuffer>>10) + t.String(), nil
}

// fate says what became of the readers that had stopped.
func fate(runs []crowd) string {
	closed := 0
	for _, c := range runs {
		if c.closed {
			closed++
		}
	}
	return fmt.Sprintf(", closed as too slow in %d of %d runs", closed, len(runs))
}

// receiveAll returns what the readers see that have not stopped.
func receiveAll(s settings, stopped bool) (got crowd, err error) {
	setup := Setup{Variant: hubVariant, Connections: s.crowd, MaxQueue: smallQueue, WriteBuffer: smallWriteBuffer}
	err = with(setup, func(p pair) error {
		if err := p.connect(Connection{Readers: s.crowd, Stopped: stopped}); err != nil {
			return err
		}
		readers := s.crowd
		if stopped {
			readers--
		}
		if got.delivery, err = p.drive(Drive{s.events, 1}, readers); err != nil {
			return err
		}
		return p.server.Call("Server.TooSlow", None{}, &got.closed)
	})
	return got, err
}
