package bench

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/store"
)

// sender appends one event to the stream of that key and returns when it is durable.
type sender func(ctx context.Context, key string) error

// system is an event log and, where there is one, the plain way with its driver.
type system struct {
	name  string
	send  func(b testing.TB) sender
	plain func(b testing.TB) sender // nil: nothing to compare with
}

func systems() []system {
	return []system{
		{"memory", sendMemory, nil},
		{"sqlite", sendSQLite, plainSQLite},
		{"postgres", sendPostgres, plainPostgres},
	}
}

func sendMemory(b testing.TB) sender   { return sendTo(b, memory.New()) }
func sendSQLite(b testing.TB) sender   { return sendTo(b, openSQLite(b)) }
func sendPostgres(b testing.TB) sender { return sendTo(b, openPostgres(b)) }

func openSQLite(b testing.TB) *sqlite.Log { return sqliteAt(b, filepath.Join(b.TempDir(), "log.db")) }

func sqliteAt(b testing.TB, path string) *sqlite.Log {
	log, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	closeAfter(b, log)
	return log
}

func openPostgres(b testing.TB) *postgres.Log { return postgresAt(b, postgresURL(b)) }

func postgresAt(b testing.TB, url string) *postgres.Log {
	log, err := postgres.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	closeAfter(b, log)
	return log
}

func closeAfter(b testing.TB, c io.Closer) {
	b.Cleanup(func() {
		if err := c.Close(); err != nil {
			b.Error(err)
		}
	})
}

// start runs a store of accounts on a log until the benchmark ends.
func start[S any](b testing.TB, log eventlog.Backend, r store.Reducer[S, action], o store.Options) *store.Store[S, action] {
	o.Logger = slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, o)
	accounts := store.New(rt, "account", r)
	if err := rt.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return accounts
}

func sendTo(b testing.TB, log eventlog.Backend) sender {
	accounts := start(b, log, reducer{}, store.Options{})
	return func(ctx context.Context, key string) error {
		_, err := accounts.Send(ctx, key, aDeposit())
		return err
	}
}

// insert writes one event in a transaction of its own; the table refuses a version
// that the stream has already.
type insert func(ctx context.Context, key string, version int, data []byte) error

// oneByOne is the plain way at its best: versions are known without asking, and
// callers of one stream take turns instead of failing.
func oneByOne(write insert) sender {
	type stream struct {
		sync.Mutex
		version int
	}
	var streams sync.Map
	return func(ctx context.Context, key string) error {
		found, _ := streams.LoadOrStore(key, &stream{})
		s := found.(*stream)
		s.Lock()
		defer s.Unlock()
		data, err := encoded()
		if err != nil {
			return err
		}
		if err := write(ctx, key, s.version+1, data); err != nil {
			return err
		}
		s.version++
		return nil
	}
}
