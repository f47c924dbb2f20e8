package ws

import "sync"

// outbox is the bounded queue between everybody who sends to a connection and
// its writer.
type outbox struct {
	limit int           // bytes
	wake  chan struct{} // there is something to write
	room  chan struct{} // something was written

	mu     sync.Mutex
	frames [][]byte
	size   int
}

func newOutbox(limit int) *outbox {
	return &outbox{limit: limit, wake: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// push queues a frame; false means that the reader is too slow. One frame always
// fits.
func (o *outbox) push(frame []byte) bool { return o.offer(o.limit, frame) }

// offer queues all frames, or none when the queue would hold more than limit
// bytes.
func (o *outbox) offer(limit int, frames ...[]byte) bool {
	if len(frames) == 0 {
		return true
	}
	total := 0
	for _, f := range frames {
		total += len(f)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if (o.size > 0 || len(frames) > 1) && o.size+total > limit {
		return false
	}
	o.frames = append(o.frames, frames...)
	o.size += total
	signal(o.wake)
	return true
}

// replay queues a frame of the past once the queue is less than half full, which
// leaves room for what happens live; false means that done was closed. Only one
// goroutine may call it.
func (o *outbox) replay(done <-chan struct{}, frame []byte) bool {
	for !o.offer(o.limit/2, frame) {
		select {
		case <-o.room:
		case <-done:
			return false
		}
	}
	return true
}

// pop returns the next frame, nil when there is none.
func (o *outbox) pop() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.frames) == 0 {
		return nil
	}
	frame := o.frames[0]
	o.frames[0] = nil
	o.frames = o.frames[1:]
	o.size -= len(frame)
	signal(o.room)
	return frame
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
