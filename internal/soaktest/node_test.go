package soaktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// nodeVariable holds the setup of a node; with it the test binary is that node.
const nodeVariable = "SOAKTEST_NODE"

type setup struct {
	Database string
	Recent   int // see ws.Options
	MaxQueue int // see ws.Options
	Buffer   int // bytes that the kernel keeps of what was written to one client; 0: as many as it likes
}

// runNode says its address on standard output and serves until its standard input
// ends.
func runNode(ctx context.Context, s setup) (err error) {
	log, err := postgres.Open(ctx, s.Database+"&pool_max_conns=8")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	replays := &replays{Backend: log, of: map[string]int{}}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	rt := store.NewRuntime(replays, store.Options{Logger: logger})
	rooms := store.New(rt, "room", rooms{})
	hub := ws.NewHub(rt, ws.Options{
		Logger: logger, Recent: s.Recent, MaxQueue: s.MaxQueue,
		CommandsPerSecond: 1 << 20, FramesPerSecond: 1 << 20, // writers are as fast as they can
	})
	hub.Add(
		ws.Expose(rooms, ws.Commands(say{}), ws.View(public)),
		ws.Grant("room", everybody),
		ws.Query("replays", replays.take, nil),
	)
	if err := errors.Join(rt.Start(ctx), hub.Start(ctx)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hub.Close(ctx), rt.Close(ctx)) }()
	return serve(ctx, hub.Handler(byHeader), s.Buffer)
}

func serve(ctx context.Context, handler http.Handler, buffer int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ConnContext: func(ctx context.Context, c net.Conn) context.Context {
		if buffer > 0 {
			_ = c.(*net.TCPConn).SetWriteBuffer(buffer) // the client counts what came through
		}
		return ctx
	}}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Println(listener.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	err = errors.Join(err, server.Close())
	if ended := <-ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

func byHeader(r *http.Request) (store.Actor, error) {
	return store.Actor{ID: r.Header.Get("X-Actor")}, nil
}

// replays is a log that counts the reads for each client. The hub reads for
// itself without an actor.
type replays struct {
	eventlog.Backend
	mu sync.Mutex
	of map[string]int
}

// ReadAll implements [eventlog.Log].
func (r *replays) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	if client := store.OriginFrom(ctx).Actor.ID; client != "" {
		r.mu.Lock()
		r.of[client]++
		r.mu.Unlock()
	}
	return r.Backend.ReadAll(ctx, after, limit)
}

// take answers how often the log was read for the client since it asked last.
func (r *replays) take(_ context.Context, client store.Actor, _ json.RawMessage) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.of[client.ID]
	delete(r.of, client.ID)
	return n, nil
}
