//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// socket is a blocking TCP connection outside of Go's network poller, which would
// have its own share of the generator's time.
type socket struct {
	fd   int
	rest []byte // what has been read of an answer that is not complete
}

// hosts is over how many loopback addresses the generator spreads its sockets, as
// one has only some 28 000 ports.
const hosts = 8

// smallBuffer is filled by few events.
const smallBuffer = 4 << 10

// dial connects the nth socket. Its receive buffer is the kernel's choice when it is 0.
func dial(address string, n, receiveBuffer int) (*socket, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	s := &socket{fd: fd}
	if receiveBuffer > 0 {
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBuffer); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, byte(1 + n%hosts)}}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Addr: to.Addr().As4(), Port: int(to.Port())}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *socket) close() error { return syscall.Close(s.fd) }

func (s *socket) write(data []byte) error {
	for len(data) > 0 {
		n, err := syscall.Write(s.fd, data)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return err
		}
		data = data[max(n, 0):]
	}
	return nil
}

// read blocks until there is something.
func (s *socket) read(buffer []byte) (int, error) {
	for {
		n, err := syscall.Read(s.fd, buffer)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, err
		case n == 0:
			return 0, errors.New("the server has closed the connection")
		default:
			return n, nil
		}
	}
}

const handshake = "GET /ws HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// upgrade makes a web socket of the connection, on which the server must not be the
// first to say something.
func (s *socket) upgrade() error {
	if err := s.write([]byte(handshake)); err != nil {
		return err
	}
	var answer []byte
	buffer := make([]byte, 4<<10)
	for !bytes.HasSuffix(answer, []byte("\r\n\r\n")) {
		n, err := s.read(buffer)
		if err != nil {
			return err
		}
		answer = append(answer, buffer[:n]...)
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 101 ")) {
		return fmt.Errorf("the upgrade was answered %q", answer)
	}
	return nil
}

// subscribe returns when the server has answered.
func (s *socket) subscribe() error {
	if err := s.write(fromClient([]byte(`{"type":"subscribe","topics":["` + topic + `"]}`))); err != nil {
		return err
	}
	var answer []byte
	buffer := make([]byte, 4<<10)
	for {
		n, err := s.read(buffer)
		if err != nil {
			return err
		}
		answer = append(answer, buffer[:n]...)
		if text, end, ok := frameEnd(answer); ok {
			if !bytes.HasPrefix(answer[text:end], []byte(`{"type":"subscribed"`)) {
				return fmt.Errorf("the subscription was answered %q", answer[text:end])
			}
			return nil
		}
	}
}
