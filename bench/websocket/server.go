//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// variant is one way to serve many sockets.
type variant interface {
	// serve answers the first frame of each connection with one of its own, and
	// counts it among the readers from then on. It returns when the listener fails.
	serve(net.Listener) error
	// publish sends n events, numbered from first, to all readers.
	publish(first, n int) error
	// hasClosed reports whether it has closed a reader.
	hasClosed() bool
}

// Server is the role that is measured.
type Server struct {
	variant variant
	times   *times

	mu sync.Mutex // held while events are published
}

// Setup says what to serve.
type Setup struct {
	Variant     string
	Readers     int
	MaxQueue    int // bytes that may wait for a reader of package ws, 0: its default
	WriteBuffer int // bytes that the kernel keeps for a reader, 0: as many as it likes
}

// Addresses are where a server listens.
type Addresses struct {
	Sockets string
	Trigger string // see [Server.publish]
}

// Open starts to serve.
func (s *Server) Open(setup Setup, at *Addresses) (err error) {
	if err := allowFiles(setup.Readers); err != nil {
		return err
	}
	s.times = new(times)
	if s.variant, err = newVariant(setup, s.times); err != nil {
		return err
	}
	sockets, err := listen(setup.WriteBuffer)
	if err != nil {
		return err
	}
	triggers, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	*at = Addresses{sockets.Addr().String(), triggers.Addr().String()}
	go exitOn(func() error { return s.variant.serve(sockets) })
	go exitOn(func() error { return s.publish(triggers) })
	return nil
}

// listen returns a listener whose connections have a write buffer of that size.
func listen(writeBuffer int) (net.Listener, error) {
	var config net.ListenConfig
	if writeBuffer > 0 {
		config.Control = func(_, _ string, c syscall.RawConn) error {
			var set error
			err := c.Control(func(fd uintptr) {
				set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF, writeBuffer)
			})
			return errors.Join(err, set)
		}
	}
	return config.Listen(context.Background(), "tcp4", "127.0.0.1:0")
}

// exitOn ends the process when a part of it fails, as no figure of it counts then.
func exitOn(do func() error) {
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// publish publishes as many events at once as each number says that comes over the
// only connection to the listener.
func (s *Server) publish(triggers net.Listener) error {
	conn, err := triggers.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	var n uint32
	for next := 0; ; next += int(n) {
		err := binary.Read(conn, binary.BigEndian, &n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			s.mu.Lock()
			err = s.variant.publish(next, int(n))
			s.mu.Unlock()
		}
		if err != nil {
			return err
		}
	}
}

// Times returns when each event was published, and when it was committed.
func (s *Server) Times(_ None, reply *EventTimes) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	*reply = s.times.all()
	return nil
}

// CPU returns the time of user and system that the server has taken so far.
func (s *Server) CPU(_ None, reply *time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var r syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	*reply = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	return err
}

// HasClosed reports whether the server has closed a reader.
func (s *Server) HasClosed(_ None, reply *bool) error {
	*reply = s.variant.hasClosed()
	return nil
}

// Resident returns the bytes of resident memory that are left when everything that
// can be given back was. It does so twice: what a pool holds goes with the second
// collection.
func (s *Server) Resident(_ None, reply *int64) error {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	kilobytes, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" kB"))
	n, err := strconv.ParseInt(string(kilobytes), 10, 64)
	*reply = n << 10
	return err
}
