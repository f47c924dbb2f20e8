package ws

import (
	"net"
	"sync"
	"syscall"
)

// buffer holds encoded frames on their way to the network.
type buffer struct {
	data  []byte
	taken int // by the network
	err   error
	write func(fd uintptr) bool // b.writeTo, made once
}

func newBuffer() any {
	b := &buffer{data: make([]byte, 0, 4<<10)}
	b.write = b.writeTo
	return b
}

// rest is what the network has not taken.
func (b *buffer) rest() []byte { return b.data[b.taken:] }

// try writes as much as the network takes without blocking.
func (b *buffer) try(raw syscall.RawConn) error {
	b.err = nil
	if err := raw.Write(b.write); err != nil {
		return err
	}
	return b.err
}

// writeTo returns true in any case: nobody is to wait for the socket.
func (b *buffer) writeTo(fd uintptr) bool {
	n, err := writeNow(fd, b.rest())
	b.taken, b.err = b.taken+n, err
	return true
}

func (b *buffer) free(pool *sync.Pool) {
	if cap(b.data) > gatherSize {
		return
	}
	b.data, b.taken = b.data[:0], 0
	pool.Put(b)
}

// rawConn returns nil for what is no socket of the system, such as TLS.
func rawConn(conn net.Conn) syscall.RawConn {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
