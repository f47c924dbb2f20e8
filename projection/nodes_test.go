package projection_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/projection"
)

// nodes opens one database as several nodes do.
func nodes(t *testing.T, n int) []ledger {
	t.Helper()
	url := pgtest.URL(t)
	all := make([]ledger, n)
	for i := range all {
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		all[i] = ledger{log, log.ReadModels(), nil}
	}
	return all
}

func TestOneNodeRunsAProjectionAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	logs := nodes(t, 2)
	first := logs[0].start(t, balances(fine))
	await(t, first, func(s projection.Status) bool { return s.Owner })
	second := logs[1].start(t, balances(fine))
	for i := range 20 {
		position := logs[i%2].deposit(t, "a", i, 1)
		if amount, _ := logs[1].balance(t, second, position); amount != i+1 {
			t.Fatalf("amount = %d after %d deposits, on the node that does not own", amount, i+1)
		}
	}
	if s := await(t, second, func(projection.Status) bool { return true }); s.Owner || s.Position != 20 {
		t.Errorf("status = %+v; want position 20, as another node's", s)
	}
	first.Close()
	if amount, events := logs[1].balance(t, second, logs[1].deposit(t, "a", 20, 10)); amount != 30 || events != 30 {
		t.Errorf("amount, events = %d, %d after a takeover; want 30", amount, events)
	}
	if s := await(t, second, func(s projection.Status) bool { return s.Owner }); s.Lag != 0 {
		t.Errorf("status = %+v; want no lag", s)
	}
}

// TestAnotherNodeSeesThePoisonAndOrders has the node that does not own see, retry
// and rebuild.
func TestAnotherNodeSeesThePoisonAndOrders(t *testing.T) {
	t.Parallel()
	logs := nodes(t, 2)
	var poisoned atomic.Bool
	poisoned.Store(true)
	owner := logs[0].startWith(t, time.Hour, indigestible(&poisoned))
	await(t, owner, func(s projection.Status) bool { return s.Owner })
	other := logs[1].startWith(t, time.Hour, indigestible(&poisoned))
	position := logs[0].deposit(t, "a", 0, 10)
	if s := await(t, other, standsStill); s.Owner || s.Failure.Position != 5 || s.Failure.Event != "deposited" {
		t.Errorf("status = %+v; want another node's failure at position 5", s)
	}
	poisoned.Store(false)
	if err := other.Retry(t.Context(), "balances"); err != nil {
		t.Fatal(err)
	}
	if amount, _ := logs[1].balance(t, other, position); amount != 10 {
		t.Errorf("amount = %d, want 10", amount)
	}
	if err := other.Rebuild(t.Context(), "balances"); err != nil {
		t.Fatal(err)
	}
	if amount, events := logs[1].balance(t, other, position); amount != 10 || events != 10 {
		t.Errorf("amount, events = %d, %d after a rebuild, want 10", amount, events)
	}
}

// TestALostConnectionIsNotTheEventsFault kills the connection under a handler.
func TestALostConnectionIsNotTheEventsFault(t *testing.T) {
	t.Parallel()
	l := nodes(t, 1)[0]
	var killed atomic.Bool
	r := l.startWith(t, 50*time.Millisecond, projection.New("balances", []string{
		`CREATE TABLE IF NOT EXISTS {balances} (account TEXT PRIMARY KEY, amount BIGINT NOT NULL, events BIGINT NOT NULL)`,
	}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
		if m.Position == 5 && !killed.Swap(true) {
			_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO {balances} (account, amount, events) VALUES ($1, 1, 1)
			ON CONFLICT (account) DO UPDATE SET amount = {balances}.amount + 1, events = {balances}.events + 1`, m.Key)
		return err
	})))
	position := l.deposit(t, "a", 0, 10)
	s := await(t, r, func(s projection.Status) bool { return s.Failure != nil || s.Lag == 0 })
	if s.Failure == nil || s.Failure.Position != 0 {
		t.Errorf("status = %+v; want a failure that is no event's fault", s)
	}
	if err := r.Skip(t.Context(), "balances", 5); !errors.Is(err, projection.ErrNotThere) {
		t.Errorf("Skip: %v, want ErrNotThere", err)
	}
	if amount, events := l.balance(t, r, position); amount != 10 || events != 10 {
		t.Errorf("amount, events = %d, %d; want 10", amount, events)
	}
}
