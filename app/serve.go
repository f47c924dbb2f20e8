package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/web"
)

// drainTime is how long a stopping program waits for what it has begun.
const drainTime = 15 * time.Second

// Run serves until the process is told to stop (SIGINT, SIGTERM), and exits with
// status 1 when it cannot.
func (a *App) Run() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := a.Serve(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "stopped: %v\n", err)
		os.Exit(1)
	}
}

// Serve listens on the configured address until ctx ends, then finishes requests
// and effects in flight, closes the sockets, and closes the database. Asked to by
// "composable typescript" it describes the program instead.
func (a *App) Serve(ctx context.Context) error {
	if a.Config.describe != "" {
		return a.describe()
	}
	listener, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("cannot serve on %s; set LISTEN to a free address: %w", a.Config.Listen, err), a.db.close())
	}
	return a.ServeOn(ctx, listener)
}

// ServeOn is [App.Serve] on a listener, which it closes.
func (a *App) ServeOn(ctx context.Context, listener net.Listener) error {
	server := web.NewServer(a.Config.Listen, a.router, a.Logger)
	if err := a.start(ctx); err != nil {
		return errors.Join(err, listener.Close(), a.stop(server))
	}
	a.Logger.Info("serving", "address", listener.Addr().String(), "url", a.Config.BaseURL)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		a.Logger.Info("stopping")
	}
	return errors.Join(err, a.stop(server))
}

func (a *App) start(ctx context.Context) error {
	if len(a.inlines) > 0 && strings.HasPrefix(a.Config.DatabaseURL, "memory:") {
		return errors.New("DATABASE_URL is memory:, where nothing can be kept in step with the events; use sqlite:PATH")
	}
	for _, m := range a.inlines {
		if err := m.Prepare(ctx, a.Runtime.Log(), a.db.models, a.db.writeLock); err != nil {
			return err
		}
	}
	a.runner = projection.NewRunner(a.Runtime, a.db.models, projection.Options{
		Logger: a.Logger, WriteLock: a.db.writeLock,
	}, a.projections...)
	a.sagaRunner = saga.NewRunner(saga.Options{Logger: a.Logger}, a.sagas...)
	for _, start := range append([]func(context.Context) error{
		a.Runtime.Start, a.runner.Start, a.sagaRunner.Start, a.Hub.Start,
	}, a.started...) {
		if err := start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stop ends from the outside in: first nobody new comes, then what runs finishes.
func (a *App) stop(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := errors.Join(server.Shutdown(ctx), a.Hub.Close(ctx))
	if a.sagaRunner != nil {
		a.sagaRunner.Close()
	}
	if a.runner != nil {
		a.runner.Close()
	}
	err = errors.Join(err, a.Runtime.Close(ctx))
	for _, stopped := range a.stopped {
		err = errors.Join(err, stopped())
	}
	return errors.Join(err, a.db.close())
}
