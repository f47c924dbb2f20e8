package ws

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

// pair returns an outbox whose frames reach the other end as they are.
func pair(t *testing.T, limit int, network string) (*outbox, net.Conn) {
	t.Helper()
	server, client := connection(t, network)
	o := newOutbox(server, limit, &sync.Pool{New: newBuffer})
	o.encode = func(frame []byte) error {
		_, err := o.Write(frame)
		return err
	}
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Close()
		o.wait(nil)
	})
	return o, client
}

// connection is one of memory, or of the system, where writing without blocking
// is possible.
func connection(t *testing.T, network string) (server, client net.Conn) {
	t.Helper()
	if network == "pipe" {
		return net.Pipe()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if client, err = net.Dial("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	return server, client
}

func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	o, _ := pair(t, 10, "pipe")
	large, small := make([]byte, 100), make([]byte, 5)
	if first, ok := o.push(large); !first || !ok {
		t.Error("one frame must fit, however large")
	}
	o.pop()
	if !o.offer(10, [][]byte{small, small}) || o.offer(10, [][]byte{small}) {
		t.Error("two frames of 5 fill a queue of 10")
	}
	o.pop()
	if n, _ := o.offerSome([][]byte{small}); n != 0 {
		t.Error("the past must leave half of the queue to what is live")
	}
	if first, ok := o.push(small); first || !ok {
		t.Error("who pushes second need not flush")
	}
	if _, ok := o.push(small); ok {
		t.Error("a full queue took another frame")
	}
	o.pop()
	if _, ok := o.push(small); !ok || o.pop() == nil || o.pop() != nil {
		t.Error("a frame was queued behind one that was not")
	}
}

func TestASocketThatTakesNoMoreBlocksNobody(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"pipe", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			o, client := pair(t, 64<<20, network)
			var want bytes.Buffer
			for i := range 2000 { // 16 MiB, more than any socket's buffer
				frame := bytes.Repeat([]byte(fmt.Sprintf("%08d", i)), 1024)
				want.Write(frame)
				if _, ok := o.push(frame); !ok {
					t.Fatal("refused")
				}
				o.flush()
			}
			o.mu.Lock()
			if !o.writing || o.size == 0 {
				t.Error("16 MiB went where nobody reads")
			}
			o.mu.Unlock()
			got := make([]byte, want.Len())
			if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, want.Bytes()) {
				t.Errorf("got other bytes: %v", err)
			}
			o.wait(nil)
			if o.claim() {
				t.Error("something is left")
			}
			o.push([]byte("x"))
			o.flush()
			if _, err := io.ReadFull(client, got[:1]); err != nil || got[0] != 'x' {
				t.Errorf("after the flood: %q, %v", got[:1], err)
			}
		})
	}
}

func TestFramesOfTheLibraryGoBetweenOthers(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"pipe", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			const each = 500
			o, client := pair(t, 1<<20, network)
			var all sync.WaitGroup
			all.Go(func() {
				for range each {
					o.push([]byte("queued, "))
					o.flush()
				}
			})
			all.Go(func() {
				for range each {
					if _, err := o.Write([]byte("control ")); err != nil {
						t.Error(err)
					}
				}
			})
			got := make([]byte, 2*each*8)
			if _, err := io.ReadFull(client, got); err != nil {
				t.Fatal(err)
			}
			all.Wait()
			if q, c := bytes.Count(got, []byte("queued, ")), bytes.Count(got, []byte("control ")); q != each || c != each {
				t.Errorf("%d and %d whole frames, want %d each", q, c, each)
			}
		})
	}
}

func TestAQueuedFrameIsNotForgottenBehindOneOfTheLibrary(t *testing.T) {
	t.Parallel()
	o, client := pair(t, 1<<20, "tcp")
	o.push([]byte("queued")) // by somebody who has not flushed yet
	if _, err := o.Write([]byte("control")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len("controlqueued"))
	if _, err := io.ReadFull(client, got); err != nil || string(got) != "controlqueued" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReplayWaitsForRoom(t *testing.T) {
	t.Parallel()
	o, client := pair(t, 10, "pipe")
	frames := [][]byte{[]byte("one"), []byte("two"), []byte("three"), []byte("four"), []byte("five")}
	done := make(chan struct{})
	replayed := make(chan bool)
	go func() { replayed <- o.replay(done, frames) }()
	got := make([]byte, len("onetwothreefourfive"))
	if _, err := io.ReadFull(client, got); err != nil || string(got) != "onetwothreefourfive" {
		t.Errorf("%q, %v", got, err)
	}
	if !<-replayed {
		t.Error("not replayed although there was room")
	}
	close(done)
	if o.replay(done, append(frames, frames...)) {
		t.Error("replayed to a reader that is gone")
	}
}

func TestANetworkThatFailsIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"pipe", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			o, client := pair(t, 1<<20, network)
			told := make(chan struct{}, 2)
			o.broken = func() { told <- struct{}{} }
			_ = client.Close()
			_ = o.Close()
			o.push([]byte("x"))
			o.flush()
			<-told
			if _, ok := o.push([]byte("y")); !ok || o.claim() {
				t.Error("something is left to write")
			}
			if _, err := o.Write([]byte("z")); err == nil {
				t.Error("the library was not told")
			}
			o.wait(nil)
			if len(told) != 0 {
				t.Error("told twice")
			}
		})
	}
}
