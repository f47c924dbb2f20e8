//go:build linux

package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Calls says what the callers send their commands over, and how many they are.
type Calls struct {
	At      Addresses
	Over    string // see overSocket
	Callers int
}

// What commands are sent over.
const (
	overSocket   = "web socket"
	overHTTP     = "HTTP"
	overHTTPOnce = "HTTP, Idempotency-Key"
)

// Call connects the callers.
func (g *Generator) Call(c Calls, _ *None) (err error) {
	if g.poller, err = newPoller(); err != nil {
		return err
	}
	g.callers = make([]*caller, c.Callers)
	for i := range g.callers {
		if g.callers[i], err = newCaller(c, i); err != nil {
			return err
		}
		if err := g.poller.add(g.callers[i].socket); err != nil {
			return err
		}
	}
	return nil
}

// Exchange sends n commands, or one for each caller if that is more, each caller the
// next one when the last was acknowledged. It returns how long it took until the last
// one was.
func (g *Generator) Exchange(n int, elapsed *time.Duration) error {
	n = max(n, len(g.callers))
	g.waits = slices.Grow(g.waits, n)
	end := g.calls + n
	begin := time.Now()
	for _, c := range g.callers {
		if err := g.call(c); err != nil {
			return err
		}
	}
	answered := func(from int, answer []byte) error {
		c := g.callers[from]
		if !bytes.HasPrefix(answer, c.want) {
			return fmt.Errorf("a command was answered %q", answer)
		}
		g.waits = append(g.waits, time.Since(c.called))
		if g.calls == end {
			return nil
		}
		return g.call(c)
	}
	if err := g.poller.until(n, g.callers[0].end, answered); err != nil {
		return err
	}
	*elapsed = time.Since(begin)
	return nil
}

func (g *Generator) call(c *caller) error {
	g.calls++
	return c.call(g.calls)
}

// Answered returns how long the callers waited, since the last time.
func (g *Generator) Answered(_ None, reply *Latencies) error {
	*reply = Latencies{Count: len(g.waits), Publish: quantiles(g.waits)}
	g.waits = g.waits[:0]
	return nil
}

// caller repeats a request, each time with another number.
type caller struct {
	socket  *socket
	request []byte
	number  int    // where the number is in the request, if it has one
	want    []byte // how an answer begins
	end     end
	called  time.Time
}

// mark is where the number goes.
const mark = "########"

// newCaller makes the nth caller, which has a stream of its own.
func newCaller(calls Calls, n int) (*caller, error) {
	s, err := dial(calls.At.Sockets, n, 0)
	if err != nil {
		return nil, err
	}
	c := &caller{socket: s, end: responseEnd, want: []byte("HTTP/1.1 200 ")}
	switch calls.Over {
	case overSocket:
		c.request = fromClient(fmt.Appendf(nil, `{"type":"command","id":"%s","store":"feed","key":"%d","action":{"Post":%s}}`, mark, n, post()))
		c.end, c.want = frameEnd, []byte(`{"type":"ack","id":"`)
		err = s.upgrade()
	case overHTTPOnce:
		c.request = postRequest(n, "Idempotency-Key: "+mark+"\r\n")
	default:
		c.request = postRequest(n, "")
	}
	c.number = bytes.Index(c.request, []byte(mark))
	return c, err
}

// post is the command's JSON.
func post() string { return `{"Text":"` + text(0) + `"}` }

func postRequest(stream int, header string) []byte {
	return fmt.Appendf(nil, "POST /feeds/%d/posts HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
		stream, header, len(post()), post())
}

func (c *caller) call(number int) error {
	if c.number >= 0 {
		copy(c.request[c.number:], fmt.Sprintf("%0*d", len(mark), number))
	}
	c.called = time.Now()
	return c.socket.write(c.request)
}

// responseEnd returns where the response of HTTP/1.1 ends that data begins with.
func responseEnd(data []byte) (begin, end int, ok bool) {
	body := bytes.Index(data, []byte("\r\n\r\n")) + len("\r\n\r\n")
	_, length, found := bytes.Cut(data, []byte("Content-Length: "))
	if body < len("\r\n\r\n") || !found {
		return 0, 0, false
	}
	length, _, _ = bytes.Cut(length, []byte("\r\n"))
	n, err := strconv.Atoi(string(length))
	return 0, body + n, err == nil && len(data) >= body+n
}
