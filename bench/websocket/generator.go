//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Generator is the role that holds the other ends of the sockets: readers of events
// or callers of commands.
type Generator struct {
	poller  *poller
	trigger net.Conn

	receipts []receipt // since they were last asked for

	callers []*caller
	calls   int
	waits   []time.Duration // for answers, since they were last asked for
}

// receipt is that an event reached a reader.
type receipt struct {
	event int
	at    int64 // nanoseconds since 1970
}

// Connection says how many sockets to open, and where.
type Connection struct {
	At      Addresses
	Bare    bool // no web sockets
	Readers int  // each of which subscribes
	Stopped bool // the last reader reads nothing more then
}

const dialers = 8

// Connect returns when all sockets are subscribed.
func (g *Generator) Connect(c Connection, _ *None) (err error) {
	if err := allowFiles(c.Readers); err != nil {
		return err
	}
	if g.trigger, err = net.Dial("tcp4", c.At.Trigger); err != nil {
		return err
	}
	if g.poller, err = newPoller(); err != nil {
		return err
	}
	sockets := make([]*socket, c.Readers)
	failures := make([]error, dialers)
	var all sync.WaitGroup
	for d := range dialers {
		all.Go(func() {
			for i := d; i < c.Readers && failures[d] == nil; i += dialers {
				sockets[i], failures[d] = reader(c, i)
			}
		})
	}
	all.Wait()
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if c.Stopped {
		sockets = sockets[:c.Readers-1]
	}
	return g.poller.add(sockets...)
}

func reader(c Connection, n int) (*socket, error) {
	buffer := 0
	if c.Stopped && n == c.Readers-1 {
		buffer = smallBuffer
	}
	s, err := dial(c.At.Sockets, n, buffer)
	if err != nil {
		return nil, err
	}
	if !c.Bare {
		if err := s.upgrade(); err != nil {
			return nil, err
		}
	}
	return s, s.subscribe()
}

// Drive says how many events to ask for, and how many at once.
type Drive struct{ Events, Burst int }

// Drive asks for a burst of events whenever all readers have all of the one before,
// and returns how long it took until the last was there.
func (g *Generator) Drive(d Drive, elapsed *time.Duration) error {
	readers := len(g.poller.sockets)
	g.receipts = slices.Grow(g.receipts, d.Events*readers)
	took := func(_ int, text []byte) error {
		number, ok := numberIn(text)
		if !ok {
			return fmt.Errorf("not an event: %q", text)
		}
		g.receipts = append(g.receipts, receipt{number, time.Now().UnixNano()})
		return nil
	}
	begin := time.Now()
	for sent := 0; sent < d.Events; sent += d.Burst {
		if err := binary.Write(g.trigger, binary.BigEndian, uint32(d.Burst)); err != nil {
			return err
		}
		if err := g.poller.until(d.Burst*readers, frameEnd, took); err != nil {
			return err
		}
	}
	*elapsed = time.Since(begin)
	return nil
}

// Latencies are of so many receipts or answers. An answer has no Commit.
type Latencies struct {
	Count           int
	Publish, Commit Quantiles
}

// Quantiles are of how long something took.
type Quantiles struct{ P50, P99 time.Duration }

// Received returns how long after their times the events were received, of all that
// were since the last time.
func (g *Generator) Received(t EventTimes, reply *Latencies) error {
	*reply = Latencies{len(g.receipts), g.since(t.Published), g.since(t.Committed)}
	g.receipts = g.receipts[:0]
	return nil
}

// since is nothing when there are no times. Who receives an event before the time
// could be taken received it at once.
func (g *Generator) since(times []int64) Quantiles {
	if len(times) == 0 {
		return Quantiles{}
	}
	latencies := make([]time.Duration, len(g.receipts))
	for i, r := range g.receipts {
		latencies[i] = max(0, time.Duration(r.at-times[r.event]))
	}
	return quantiles(latencies)
}

func quantiles(latencies []time.Duration) Quantiles {
	slices.Sort(latencies)
	return Quantiles{latencies[len(latencies)/2], latencies[len(latencies)*99/100]}
}
