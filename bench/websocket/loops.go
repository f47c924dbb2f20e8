//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/coder/websocket"
)

// The variants.
const (
	hubVariant      = "hub"      // package ws
	loopVariant     = "loop"     // read in the handler, written to by one loop over all
	writerVariant   = "writer"   // read in the handler, a queue and a goroutine that writes it
	returnedVariant = "returned" // as loop, but read in a goroutine after the handler has returned
	tcpVariant      = "tcp"      // as loop, but of bare TCP connections
)

func variants() []string {
	return []string{hubVariant, loopVariant, writerVariant, returnedVariant, tcpVariant}
}

func newVariant(setup Setup, times *times) (variant, error) {
	switch setup.Variant {
	case hubVariant:
		return newServed(setup, times)
	case loopVariant, writerVariant, returnedVariant, tcpVariant:
		return &plain{kind: setup.Variant, times: times}, nil
	}
	return nil, fmt.Errorf("there is no variant %q", setup.Variant)
}

// plain is a server without topics, grants, a log, or limits.
type plain struct {
	kind  string
	times *times

	mu      sync.Mutex
	readers []send
}

// send writes one frame to one reader, or queues it.
type send func(frame []byte) error

func (p *plain) serve(l net.Listener) error {
	if p.kind == tcpVariant {
		return p.serveTCP(l)
	}
	return http.Serve(l, http.HandlerFunc(p.upgrade))
}

func (p *plain) publish(first, n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for number := first; number < first+n; number++ {
		p.times.published(number)
	}
	for number := first; number < first+n; number++ {
		frame := frameOf(number)
		if p.kind == tcpVariant {
			frame = withHeader(frame)
		}
		for _, send := range p.readers {
			if err := send(frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// hasClosed is always false: everybody waits for who is slow.
func (p *plain) hasClosed() bool { return false }

// add counts a reader in and answers its first frame.
func (p *plain) add(send send, answer []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readers = append(p.readers, send)
	return send(answer)
}

func (p *plain) upgrade(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	if p.kind == returnedVariant {
		go p.read(conn)
		return
	}
	p.read(conn)
}

const subscribed = `{"type":"subscribed","topics":["` + topic + `"],"seq":0}`

func (p *plain) read(conn *websocket.Conn) {
	defer conn.CloseNow()
	ctx := context.Background()
	if _, _, err := conn.Read(ctx); err != nil {
		return
	}
	send := func(frame []byte) error { return conn.Write(ctx, websocket.MessageText, frame) }
	if p.kind == writerVariant {
		send = queued(send)
	}
	if err := p.add(send, []byte(subscribed)); err != nil {
		return
	}
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return
		}
	}
}

// queued returns a send that leaves the writing to a goroutine of its own, which
// lives as long as the process. It waits while the queue is full.
func queued(write send) send {
	queue := make(chan []byte, 16)
	go func() {
		for frame := range queue {
			if write(frame) != nil {
				return
			}
		}
	}()
	return func(frame []byte) error { queue <- frame; return nil }
}

func (p *plain) serveTCP(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go p.readTCP(conn)
	}
}

func (p *plain) readTCP(conn net.Conn) {
	defer conn.Close()
	var in [256]byte
	if _, err := conn.Read(in[:]); err != nil {
		return
	}
	send := func(frame []byte) error { _, err := conn.Write(frame); return err }
	if err := p.add(send, withHeader([]byte(subscribed))); err != nil {
		return
	}
	for {
		if _, err := conn.Read(in[:]); err != nil {
			return
		}
	}
}
