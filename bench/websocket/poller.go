//go:build linux

package main

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

const (
	patience   = 20 * time.Second // without any socket being ready
	readBuffer = 64 << 10
)

// poller waits for many sockets at once, in one goroutine.
type poller struct {
	fd      int
	sockets []*socket
	ready   []syscall.EpollEvent
	buffer  []byte
}

func newPoller() (*poller, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	return &poller{fd: fd, ready: make([]syscall.EpollEvent, 256), buffer: make([]byte, readBuffer)}, err
}

func (p *poller) close() error { return syscall.Close(p.fd) }

func (p *poller) add(sockets ...*socket) error {
	for _, s := range sockets {
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(len(p.sockets))}
		p.sockets = append(p.sockets, s)
		if err := syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, s.fd, &event); err != nil {
			return err
		}
	}
	return nil
}

// message is what came, of which text is only valid during the call.
type message func(from int, text []byte) error

// end finds the end of the first message in data, and its text.
type end func(data []byte) (text, end int, ok bool)

// until calls took for each message until it has been called n times.
func (p *poller) until(n int, end end, took message) error {
	for n > 0 {
		ready, err := syscall.EpollWait(p.fd, p.ready, int(patience.Milliseconds()))
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err == nil && ready == 0 {
			err = fmt.Errorf("%d messages did not come for %s", n, patience)
		}
		if err != nil {
			return err
		}
		for _, event := range p.ready[:ready] {
			got, err := p.receive(int(event.Fd), end, took)
			if err != nil {
				return err
			}
			n -= got
		}
	}
	return nil
}

// receive reads once from a socket that is ready.
func (p *poller) receive(from int, end end, took message) (messages int, err error) {
	s := p.sockets[from]
	n, err := s.read(p.buffer)
	if err != nil {
		return 0, err
	}
	data := p.buffer[:n]
	if len(s.rest) > 0 {
		s.rest = append(s.rest, data...)
		data = s.rest
	}
	for {
		text, end, ok := end(data)
		if !ok {
			break
		}
		if err := took(from, data[text:end]); err != nil {
			return messages, err
		}
		messages++
		data = data[end:]
	}
	s.rest = append(s.rest[:0], data...)
	return messages, nil
}
