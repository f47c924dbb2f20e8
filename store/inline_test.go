package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
)

// tallies keeps a row per stream, which must stay below 100.
func tallies(e eventlog.Event) ([]eventlog.Statement, error) {
	if e.Name == "noted" {
		return nil, nil
	}
	return []eventlog.Statement{{
		SQL:  `INSERT INTO tallies (key, events) VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET events = tallies.events + 1`,
		Args: []any{e.Stream.Key},
	}}, nil
}

const talliesTable = `CREATE TABLE tallies (key TEXT PRIMARY KEY CHECK (key <> 'forbidden'), events BIGINT NOT NULL)`

func TestInlineTablesChangeWithTheEvents(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) (eventlog.Backend, *sql.DB){
		"sqlite": func(t *testing.T) (eventlog.Backend, *sql.DB) {
			log := must[*sqlite.Log](sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"))).(*sqlite.Log)
			return log, log.ReadModels()
		},
		"postgres": func(t *testing.T) (eventlog.Backend, *sql.DB) {
			log := must[*postgres.Log](postgres.Open(t.Context(), pgtest.URL(t))).(*postgres.Log)
			return log, log.ReadModels()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, db := open(t)
			t.Cleanup(func() { _ = log.Close() })
			if _, err := db.ExecContext(t.Context(), talliesTable); err != nil {
				t.Fatal(err)
			}
			f := start(t, log, func(rt *store.Runtime) { rt.Inline(tallies) })
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() { f.send(t, "a", add{1}) })
				all.Go(func() {
					if _, err := f.counters.Send(t.Context(), "forbidden", add{1}); !errors.Is(err, store.ErrInternal) {
						t.Errorf("a statement that fails: %v, want ErrInternal", err)
					}
				})
			}
			all.Wait()
			var events int
			if err := db.QueryRowContext(t.Context(), "SELECT events FROM tallies WHERE key = 'a'").Scan(&events); err != nil || events != 50 {
				t.Errorf("%d events in the table, %v; want 50", events, err)
			}
			if s := f.state(t, "forbidden"); s.Count != 0 {
				t.Errorf("count = %d though the table could not follow", s.Count)
			}
		})
	}
}

func TestInlineTablesNeedADatabase(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New(), func(rt *store.Runtime) { rt.Inline(tallies) })
	if _, err := f.counters.Send(t.Context(), "a", add{1}); !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("err = %v, want ErrInvalid", err)
	}
}
