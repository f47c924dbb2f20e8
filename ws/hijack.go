package ws

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"sync"
)

// Sizes of the library's buffers, of which each connection has two: a control
// frame has to fit, and larger frames pass them by.
const (
	readBuffer  = 512
	writeBuffer = 256
)

// hijacker gives coder/websocket an outbox for a connection.
type hijacker struct {
	http.ResponseWriter
	limit   int
	buffers *sync.Pool
	out     *outbox
}

// Hijack implements [http.Hijacker]. The server's own buffers are given up, after
// what the client has sent already.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, server, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, err := server.Reader.Peek(server.Reader.Buffered())
	if err != nil {
		return nil, nil, err
	}
	r := bufio.NewReaderSize(bytes.NewReader(early), max(readBuffer, len(early)))
	if _, err := r.Peek(len(early)); err != nil {
		return nil, nil, err
	}
	h.out = newOutbox(conn, h.limit, h.buffers)
	return h.out, bufio.NewReadWriter(r, bufio.NewWriterSize(h.out, writeBuffer)), nil
}
