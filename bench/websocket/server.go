//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strconv"
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
	connections() int
}

// Server is the role that is measured.
type Server struct {
	variant variant
	times   *times
}

// Addresses are where a server listens.
type Addresses struct {
	Sockets string
	Trigger string // see [Server.publish]
}

// Open starts to serve the variant.
func (s *Server) Open(name string, at *Addresses) (err error) {
	s.times = new(times)
	if s.variant, err = newVariant(name, s.times); err != nil {
		return err
	}
	sockets, err := net.Listen("tcp4", "127.0.0.1:0")
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
			err = s.variant.publish(next, int(n))
		}
		if err != nil {
			return err
		}
	}
}

// Times returns when each event was published, and when it was committed.
func (s *Server) Times(_ None, reply *EventTimes) error {
	*reply = s.times.all()
	return nil
}

// Usage is what a process has taken so far.
type Usage struct {
	CPU         time.Duration // of user and system
	Connections int
}

// Usage returns what the server has taken so far.
func (s *Server) Usage(_ None, reply *Usage) error {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return err
	}
	reply.CPU = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	reply.Connections = s.variant.connections()
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
