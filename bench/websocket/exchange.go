//go:build linux

package main

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// Exchange says how to send commands: on so many connections, of which each sends the
// next command when the last one was answered.
type Exchange struct {
	At          Addresses
	Over        string // see overSocket
	Connections int
	Commands    int // at least one for each connection
	First       int // the commands' numbers begin with it
}

// What commands are sent over.
const (
	overSocket   = "web socket"
	overHTTP     = "HTTP"
	overHTTPOnce = "HTTP, Idempotency-Key"
)

// Exchanged is what an exchange gave.
type Exchanged struct {
	Elapsed   time.Duration
	Latencies Quantiles
}

// Exchange sends the commands; each must be acknowledged.
func (g *Generator) Exchange(e Exchange, reply *Exchanged) error {
	callers := make([]*caller, e.Connections)
	p, err := newPoller()
	if err != nil {
		return err
	}
	for i := range callers {
		if callers[i], err = newCaller(e, i); err != nil {
			return err
		}
		if err := p.add(callers[i].socket); err != nil {
			return err
		}
	}
	latencies := make([]time.Duration, 0, e.Commands)
	left := e.Commands
	begin := time.Now()
	for _, c := range callers {
		left--
		if err := c.call(e.First + left); err != nil {
			return err
		}
	}
	answered := func(from int, answer []byte) error {
		c := callers[from]
		if !bytes.HasPrefix(answer, c.want) {
			return fmt.Errorf("a command was answered %q", answer)
		}
		latencies = append(latencies, time.Since(c.called))
		if left == 0 {
			return nil
		}
		left--
		return c.call(e.First + left)
	}
	if err := p.until(e.Commands, callers[0].end, answered); err != nil {
		return err
	}
	*reply = Exchanged{time.Since(begin), quantiles(latencies)}
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
func newCaller(e Exchange, n int) (*caller, error) {
	s, err := dial(e.At.Sockets, n, 0)
	if err != nil {
		return nil, err
	}
	c := &caller{socket: s, end: responseEnd, want: []byte("HTTP/1.1 200 ")}
	switch e.Over {
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
