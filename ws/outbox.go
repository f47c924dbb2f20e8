package ws

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// gatherSize is how many bytes are written to the network together, and how small
// a buffer has to be to be used again.
const gatherSize = 64 << 10

// outbox is the way of frames to one socket: a bounded queue, and behind it the
// connection under coder/websocket, to which the library's frames come back by
// Write and are gathered.
//
// Nobody waits here for something to write. Whoever has queued a frame calls flush
// and becomes the writer, unless there is one: all that is queued goes to the
// network together, as much as it takes at once. Only a socket that takes no more
// has a goroutine, until it is drained.
type outbox struct {
	net.Conn
	limit   int                      // bytes in the queue
	encode  func(frame []byte) error // has the library write a message
	broken  func()                   // told once that the network failed
	buffers *sync.Pool               // of *buffer
	raw     syscall.RawConn          // nil: no writing without blocking

	mu      sync.Mutex
	queue   [][]byte      // to be encoded
	head    int           // of the queue
	size    int           // bytes in the queue
	encoded *buffer       // what the network has not taken yet; nil: nothing
	writing bool          // somebody is the writer
	sealed  bool          // nothing more is queued
	failed  bool          // nothing more can be written
	room    chan struct{} // something has left the queue; nil until somebody waits
	idle    chan struct{} // closed when the writer is done; nil until somebody waits
}

func newOutbox(conn net.Conn, limit int, buffers *sync.Pool) *outbox {
	return &outbox{Conn: conn, limit: limit, buffers: buffers, raw: rawConn(conn), broken: func() {}}
}

// push queues a frame; ok is false when the reader is too slow. None is queued after
// that, as it would come after a gap. One frame always fits. The first to push has to
// flush.
func (o *outbox) push(frame []byte) (first, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.sealed:
		return false, true
	case o.size > 0 && o.size+len(frame) > o.limit:
		o.sealed = true
		return false, false
	}
	first = len(o.queue) == 0 && !o.writing
	o.add(frame)
	return first, true
}

// offer queues all frames, or none when the queue would hold more than limit bytes.
func (o *outbox) offer(limit int, frames [][]byte) bool {
	total := 0
	for _, f := range frames {
		total += len(f)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.size+total > limit {
		return false
	}
	for _, f := range frames {
		o.add(f)
	}
	return true
}

func (o *outbox) add(frame []byte) {
	if o.sealed {
		return
	}
	o.queue = append(o.queue, frame)
	o.size += len(frame)
}

// replay queues and writes frames of the past, as long as the queue is less than
// half full, which leaves room for what happens live; false means that done was
// closed. Only one goroutine may call it.
func (o *outbox) replay(done <-chan struct{}, frames [][]byte) bool {
	for len(frames) > 0 {
		n, room := o.offerSome(frames)
		frames = frames[n:]
		o.flush()
		if n > 0 {
			continue
		}
		select {
		case <-room:
		case <-done:
			return false
		}
	}
	return true
}

func (o *outbox) offerSome(frames [][]byte) (n int, room <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.room == nil {
		o.room = make(chan struct{}, 1)
	}
	for n < len(frames) && (o.size == 0 || o.size+len(frames[n]) <= o.limit/2) {
		o.add(frames[n])
		n++
	}
	return n, o.room
}

// discard forgets what is queued and will be.
func (o *outbox) discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seal()
}

func (o *outbox) seal() { o.queue, o.head, o.size, o.sealed = nil, 0, 0, true }

// flush writes what is queued. It never blocks.
func (o *outbox) flush() {
	if !o.claim() {
		return
	}
	for o.gather() {
		if !o.try() {
			go o.persist()
			return
		}
	}
}

// claim makes the caller the writer, if there is something to write and no writer.
func (o *outbox) claim() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.writing || o.failed || len(o.queue) == 0 && o.encoded == nil {
		return false
	}
	o.writing = true
	return true
}

// gather has frames of the queue encoded. When there is nothing to write it returns
// false and the caller is no longer the writer.
func (o *outbox) gather() bool {
	for n := 0; n < gatherSize; {
		frame := o.pop()
		if frame == nil {
			break
		}
		if err := o.encode(frame); err != nil {
			o.fail()
			return false
		}
		n += len(frame)
	}
	return !o.rest()
}

func (o *outbox) pop() []byte {
	const keep = 8 // frames; a longer queue does not stay in memory
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.head == len(o.queue) {
		return nil
	}
	frame := o.queue[o.head]
	o.queue[o.head] = nil
	o.size -= len(frame)
	if o.head++; o.head == len(o.queue) {
		o.queue, o.head = o.queue[:0], 0
		if cap(o.queue) > keep {
			o.queue = nil
		}
	}
	if o.room != nil {
		signal(o.room)
	}
	return frame
}

// rest ends the writer's work, if there is none left.
func (o *outbox) rest() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) > 0 || o.encoded != nil {
		return false
	}
	o.stop()
	return true
}

func (o *outbox) stop() {
	o.writing = false
	if o.idle != nil {
		close(o.idle)
		o.idle = nil
	}
}

// Write takes what the library has encoded: frames that the writer has it encode,
// and control frames, for which it becomes the writer if there is none. It never
// blocks.
func (o *outbox) Write(p []byte) (int, error) {
	o.mu.Lock()
	if o.failed {
		o.mu.Unlock()
		return 0, net.ErrClosed
	}
	if o.encoded == nil {
		o.encoded = o.buffers.Get().(*buffer)
	}
	o.encoded.data = append(o.encoded.data, p...)
	taken := o.writing
	o.writing = true
	o.mu.Unlock()
	if !taken && (!o.try() || !o.rest()) {
		go o.persist() // the library, which is in the middle of a frame, can encode no other
	}
	return len(p), nil
}

// try offers the network what is encoded; false when it did not take all.
func (o *outbox) try() bool {
	b := o.take()
	if b == nil {
		return true
	}
	if o.raw != nil && b.try(o.raw) != nil {
		o.fail()
		return true
	}
	if len(b.rest()) == 0 {
		b.free(o.buffers)
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.encoded != nil { // a control frame came in between
		b.data = append(b.data, o.encoded.data...)
		o.encoded.free(o.buffers)
	}
	o.encoded = b
	return false
}

func (o *outbox) take() *buffer {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.encoded
	o.encoded = nil
	return b
}

// persist writes until nothing is left, and waits for the network.
func (o *outbox) persist() {
	for {
		if b := o.take(); b != nil {
			_ = o.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, err := o.Conn.Write(b.rest()); err != nil {
				o.fail()
				return
			}
			_ = o.SetWriteDeadline(time.Time{}) // try has none, and the next writer its own
			b.free(o.buffers)
		}
		if !o.gather() {
			return
		}
	}
}

// fail ends all writing.
func (o *outbox) fail() {
	o.mu.Lock()
	first := !o.failed
	o.failed, o.encoded = true, nil
	o.seal()
	o.stop()
	o.mu.Unlock()
	if first {
		o.broken()
	}
}

// wait blocks until there is no writer, or done is closed.
func (o *outbox) wait(done <-chan struct{}) {
	o.mu.Lock()
	if !o.writing {
		o.mu.Unlock()
		return
	}
	if o.idle == nil {
		o.idle = make(chan struct{})
	}
	idle := o.idle
	o.mu.Unlock()
	select {
	case <-idle:
	case <-done:
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
