//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

const unlimited = 1 << 30

// served is package ws as an application has it, beside a command over HTTP.
type served struct {
	rt       *store.Runtime
	feeds    *store.Store[feed, action]
	hub      *ws.Hub
	handler  http.Handler
	times    *times
	visitors atomic.Int64
	closed   atomic.Bool
}

func newServed(setup Setup, times *times) (*served, error) {
	logger := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(clocked{memory.New(), times}, store.Options{Logger: logger})
	s := &served{rt: rt, feeds: store.New(rt, "feed", feeds{}), times: times}
	s.hub = ws.NewHub(rt, ws.Options{
		Logger: logger, Problem: web.Problem, Observe: s.observe, MaxQueue: setup.MaxQueue,
		MaxConnections: unlimited, MaxPerActor: unlimited,
		CommandsPerSecond: unlimited, FramesPerSecond: unlimited,
		PingEvery: time.Hour, Silence: time.Hour, // the generator says nothing
	})
	s.hub.Add(
		ws.Expose(s.feeds, ws.Commands(Post{}), ws.View(posts)),
		ws.Grant("feed", func(context.Context, store.Actor, string) (bool, error) { return true, nil }),
	)
	if err := rt.Start(context.Background()); err != nil {
		return nil, err
	}
	if err := s.hub.Start(context.Background()); err != nil {
		return nil, err
	}
	router := web.NewRouter(web.Options{Logger: logger})
	router.Mount("/ws", s.hub.Handler(s.authenticate))
	router.Post("/feeds/{id}/posts", web.Command(s.feeds, posting,
		web.OK(func(_ *web.Request, f feed) (any, error) { return f, nil })))
	s.handler = router
	return s, nil
}

func posting(r *web.Request) (key string, action action, err error) {
	var p Post
	err = r.JSON(&p)
	return r.Param("id"), p, err
}

// authenticate takes everybody for somebody else.
func (s *served) authenticate(*http.Request) (store.Actor, error) {
	return store.Actor{ID: fmt.Sprint("reader", s.visitors.Add(1))}, nil
}

func (s *served) serve(l net.Listener) error {
	return web.NewServer("", s.handler, slog.New(slog.DiscardHandler)).Serve(l)
}

// publish sends the commands together, each to a stream of its own, so that they
// are committed together.
func (s *served) publish(first, n int) error {
	failures := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			s.times.published(first + i)
			_, failures[i] = s.feeds.Send(context.Background(), fmt.Sprint(i), Post{text(first + i)})
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// observe notes when a reader is closed, or is about to be as its queue is full.
func (s *served) observe(what, label string) {
	if what == "closed" || what == "limited" && label == "queue" {
		s.closed.Store(true)
	}
}

func (s *served) hasClosed() bool { return s.closed.Load() }
