package soaktest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/coder/websocket"
)

// One client stops reading; the next thing is said when all others have heard the
// one before. What waits for the client is more than the hub and the kernel keep.
func TestWhoStopsReadingDelaysNobody(t *testing.T) {
	t.Parallel()
	const events, queue, buffer = 24, 16 << 10, 4 << 10
	s, ctx := newSoak(t, 1, setup{MaxQueue: queue, Buffer: buffer})
	quick := s.cluster.http
	s.cluster.http = &http.Client{Transport: &http.Transport{DialContext: withReadBuffer(buffer)}}
	stopped, err := s.follow(ctx, "stopped", 0)
	if err != nil {
		t.Fatal(err)
	}
	s.cluster.http = quick

	var reading, following sync.WaitGroup
	var heard counter
	following.Add(clients - 1)
	for i := range clients - 1 {
		reading.Go(func() {
			conn, err := s.follow(ctx, fmt.Sprintf("client %d", i), 0)
			following.Done()
			if err == nil {
				defer conn.CloseNow()
				err = readEach(ctx, conn, 1, events, heard.add)
			}
			if err != nil {
				s.fail("client %d: %v", i, err)
			}
		})
	}
	following.Wait()
	s.speak(ctx, events, &heard)
	reading.Wait()
	seen := s.readToTheEnd(ctx, stopped)
	t.Logf("the client that stopped got %d of %d events", seen, events)
	if seen >= events {
		t.Errorf("the client that stopped got all %d events", seen)
	}
	again, err := s.follow(ctx, "stopped", seen)
	if err == nil {
		err = readEach(ctx, again, seen+1, events, func() {})
		_ = again.CloseNow()
	}
	if err != nil {
		t.Errorf("after its return: %v", err)
	}
	s.cluster.leave()
}

// speak says one thing after the other, as soon as all who read have heard the one
// before.
func (s *soak) speak(ctx context.Context, events int64, heard *counter) {
	speaker := &writer{soak: s, name: "speaker"}
	defer speaker.leave()
	for i := range events {
		speaker.say(ctx, "room:0", strings.Repeat("x", 2<<10))
		select {
		case <-heard.reached((i + 1) * (clients - 1)):
		case <-ctx.Done():
		}
	}
}

// readEach reads events whose seqs must be first to last.
func readEach(ctx context.Context, conn *socket, first, last int64, heard func()) error {
	for seq := first; seq <= last; seq++ {
		if f, err := conn.read(ctx); err != nil || f.Type != "event" || f.Seq != seq {
			return fmt.Errorf("got %+v, %w; want event %d", f, err, seq)
		}
		heard()
	}
	return nil
}

// readToTheEnd returns how far a connection goes that the hub has given up.
func (s *soak) readToTheEnd(ctx context.Context, conn *socket) (seen int64) {
	s.t.Helper()
	for {
		f, err := conn.read(ctx)
		if err != nil {
			if code := websocket.CloseStatus(err); code != websocket.StatusTryAgainLater && code != -1 {
				s.t.Errorf("closed with %v, want 1013 or a connection that is cut", err)
			}
			return seen
		}
		if seen++; f.Seq != seen {
			s.t.Fatalf("the client that stopped got %+v, want event %d", f, seen)
		}
	}
}

// follow connects and follows the room after a position.
func (s *soak) follow(ctx context.Context, client string, after int64) (*socket, error) {
	conn, err := s.cluster.dial(ctx, s.cluster.home(0), client)
	if err != nil {
		return nil, err
	}
	if err := conn.send(ctx, map[string]any{"type": "subscribe", "topics": []string{"room:0"}, "after": after}); err != nil {
		return nil, err
	}
	if f, err := conn.read(ctx); err != nil || f.Type != "subscribed" {
		return nil, fmt.Errorf("got %+v, %w; want subscribed", f, err)
	}
	return conn, nil
}

// withReadBuffer has the kernel keep few bytes that were not read. It must know
// before the connection is made.
func withReadBuffer(bytes int) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Control: func(_, _ string, conn syscall.RawConn) (err error) {
		if controlErr := conn.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, bytes)
		}); controlErr != nil {
			return controlErr
		}
		return err
	}}
	return dialer.DialContext
}
