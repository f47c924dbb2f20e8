package projection_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type deposited struct{ Amount int }

// ledger is a log with its read models.
type ledger struct {
	log  eventlog.Backend
	db   *sql.DB
	lock sync.Locker
}

func onEach(t *testing.T, run func(t *testing.T, l ledger)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		run(t, ledger{log, log.ReadModels(), log.WriteLock()})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		log, err := postgres.Open(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		run(t, ledger{log, log.ReadModels(), nil})
	})
}

func balances(before func(m projection.Meta) error) projection.Projection {
	return projection.New("balances", []string{
		`CREATE TABLE IF NOT EXISTS {balances} (account TEXT PRIMARY KEY, amount BIGINT NOT NULL, events BIGINT NOT NULL)`,
	}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
		_, err := tx.Exec(ctx, `INSERT INTO {balances} (account, amount, events) VALUES ($1, $2, 1)
			ON CONFLICT (account) DO UPDATE SET amount = {balances}.amount + $2, events = {balances}.events + 1`, m.Key, e.Amount)
		return errors.Join(err, before(m))
	}))
}

func fine(projection.Meta) error { return nil }

// start starts a node of its own.
func (l ledger) start(t *testing.T, p ...projection.Projection) *projection.Runner {
	t.Helper()
	return l.startWith(t, time.Millisecond, p...)
}

func (l ledger) startWith(t *testing.T, pause time.Duration, p ...projection.Projection) *projection.Runner {
	t.Helper()
	return l.startOn(t, store.NewRuntime(l.log, store.Options{Logger: slog.New(slog.DiscardHandler)}), pause, p...)
}

func (l ledger) startOn(t *testing.T, rt *store.Runtime, pause time.Duration, p ...projection.Projection) *projection.Runner {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	r := projection.NewRunner(rt, l.db, projection.Options{Logger: logger, Batch: 7, Pause: pause, WriteLock: l.lock}, p...)
	for _, start := range []func(context.Context) error{rt.Start, r.Start} {
		if err := start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		r.Close()
		_ = rt.Close(context.Background())
	})
	return r
}

// deposit appends n deposits of 1 and returns the position of the last.
func (l ledger) deposit(t *testing.T, account string, from, n int) int64 {
	t.Helper()
	var position int64
	for i := range n {
		o, err := l.log.Append(t.Context(), []eventlog.Append{{
			Stream: eventlog.StreamID{Store: "account", Key: account}, Expected: int64(from + i),
			Events: []eventlog.NewEvent{{Name: "deposited", Data: []byte(`{"Amount":1}`)}},
			Meta:   eventlog.Meta{At: time.Now()},
		}})
		if err != nil || o[0].Err != nil {
			t.Fatal(err, o)
		}
		position = o[0].Position
	}
	return position
}

// await returns the status of the only projection as soon as it is as wanted.
func await(t *testing.T, r *projection.Runner, wanted func(projection.Status) bool) projection.Status {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		status, err := r.Status(ctx)
		if err != nil {
			t.Fatalf("%v; the last status was %+v", err, status)
		}
		if wanted(status[0]) {
			return status[0]
		}
	}
}

func standsStill(s projection.Status) bool { return s.Failure != nil && s.Failure.Position > 0 }

func (l ledger) balance(t *testing.T, r *projection.Runner, position int64) (amount, events int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Wait(ctx, position); err != nil {
		t.Fatalf("Wait(%d): %v", position, err)
	}
	err := l.db.QueryRowContext(ctx, `SELECT amount, events FROM balances WHERE account = 'a'`).Scan(&amount, &events)
	if err != nil {
		t.Fatal(err)
	}
	return amount, events
}

func TestWaitGivesReadersTheirOwnWrites(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		r := l.start(t, balances(fine))
		for i := range 20 {
			position := l.deposit(t, "a", i, 1)
			if amount, _ := l.balance(t, r, position); amount != i+1 {
				t.Fatalf("amount = %d after %d deposits", amount, i+1)
			}
		}
	})
}

func TestEachEventIsAppliedOnceThoughRunnersShareAndRestart(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		first, second := l.start(t, balances(fine)), l.start(t, balances(fine))
		position := l.deposit(t, "a", 0, 100)
		for _, r := range []*projection.Runner{first, second} {
			if amount, events := l.balance(t, r, position); amount != 100 || events != 100 {
				t.Fatalf("amount, events = %d, %d; want 100", amount, events)
			}
			r.Close()
		}
		third := l.start(t, balances(fine))
		if amount, _ := l.balance(t, third, l.deposit(t, "a", 100, 1)); amount != 101 {
			t.Errorf("amount = %d after a restart, want 101", amount)
		}
	})
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := recover(); v == nil {
			t.Error("two projections of one name were taken")
		}
	}()
	projection.NewRunner(nil, nil, projection.Options{}, balances(fine), balances(fine))
}

func ExampleOn() {
	type placed struct{ Total int }
	p := projection.New("totals", []string{`CREATE TABLE IF NOT EXISTS {totals} (id TEXT PRIMARY KEY, cents BIGINT NOT NULL)`},
		projection.On("order", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e placed) error {
			_, err := tx.Exec(ctx, `INSERT INTO {totals} (id, cents) VALUES ($1, $2)`, m.Key, e.Total)
			return err
		}))
	fmt.Println(p.Name(), store.ActionName(placed{}))
	// Output: totals placed
}
