package projection_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/projection"
)

// twoTables holds each account's sum in one table and its count in another.
func twoTables(before func(ctx context.Context, m projection.Meta) error) projection.Projection {
	return projection.New("accounts", []string{
		`CREATE TABLE IF NOT EXISTS {sums} (account TEXT PRIMARY KEY, amount BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS {counts} (account TEXT PRIMARY KEY, events BIGINT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS {counts}_by_events ON {counts} (events)`,
	}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
		if err := before(ctx, m); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO {sums} (account, amount) VALUES ($1, $2)
			ON CONFLICT (account) DO UPDATE SET amount = {sums}.amount + $2`, m.Key, e.Amount)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO {counts} (account, events) VALUES ($1, 1)
			ON CONFLICT (account) DO UPDATE SET events = {counts}.events + 1`, m.Key)
		return err
	}))
}

func atEase(context.Context, projection.Meta) error { return nil }

// watch reads with a prepared statement until stop is closed: the row is there,
// its tables agree, and it never goes back.
func (l ledger) watch(t *testing.T, query string, stop <-chan struct{}) (reads int) {
	prepared, err := l.db.PrepareContext(t.Context(), query)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer prepared.Close()
	for last := 0; ; reads++ {
		select {
		case <-stop:
			return reads
		default:
		}
		var amount, events int
		if err := prepared.QueryRowContext(t.Context()).Scan(&amount, &events); err != nil {
			t.Errorf("a reader failed: %v", err)
			return reads
		}
		if amount != events || amount < last {
			t.Errorf("a reader saw a sum of %d, %d events, after %d", amount, events, last)
			return reads
		}
		last = amount
	}
}

func TestReadersNoticeNothingOfARebuild(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		r := l.start(t, twoTables(atEase))
		if err := r.Wait(t.Context(), l.deposit(t, "a", 0, 50)); err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		var readers, writer sync.WaitGroup
		for _, query := range []string{
			`SELECT amount, events FROM sums s JOIN counts c ON s.account = c.account`,
			`SELECT amount, events FROM counts c JOIN sums s ON s.account = c.account`,
		} {
			readers.Go(func() {
				if reads := l.watch(t, query, stop); reads == 0 {
					t.Error("a reader has read nothing")
				}
			})
		}
		var position atomic.Int64
		written := 50
		writer.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					position.Store(l.deposit(t, "a", written, 1))
					written++
					if err := r.Wait(t.Context(), position.Load()); err != nil { // leave time for the rebuild
						t.Error(err)
						return
					}
				}
			}
		})
		for range 3 {
			if err := r.Rebuild(t.Context(), "accounts"); err != nil {
				t.Errorf("Rebuild: %v", err)
			}
		}
		close(stop)
		writer.Wait()
		readers.Wait()
		if err := r.Wait(t.Context(), position.Load()); err != nil {
			t.Fatal(err)
		}
		if amount, events := l.sum(t); amount != written || events != written {
			t.Errorf("sum, count = %d, %d after %d deposits", amount, events, written)
		}
		l.wantNoLeftovers(t)
	})
}

func (l ledger) sum(t *testing.T) (amount, events int) {
	t.Helper()
	err := l.db.QueryRowContext(t.Context(), `SELECT amount, events FROM sums s JOIN counts c ON s.account = c.account`).Scan(&amount, &events)
	if err != nil {
		t.Fatal(err)
	}
	return amount, events
}

// wantNoLeftovers looks for tables and checkpoints of rebuilds.
func (l ledger) wantNoLeftovers(t *testing.T) {
	t.Helper()
	for _, table := range []string{"sums", "counts"} {
		for n := range 5 {
			if _, err := l.db.ExecContext(t.Context(), fmt.Sprintf(`SELECT 1 FROM %s__r%d`, table, n+1)); err == nil {
				t.Errorf("%s__r%d is left over", table, n+1)
			}
		}
	}
	var checkpoints int
	err := l.db.QueryRowContext(t.Context(), `SELECT count(*) FROM projection_checkpoints`).Scan(&checkpoints)
	if err != nil || checkpoints != 1 {
		t.Errorf("%d checkpoints, %v; want one", checkpoints, err)
	}
}

func TestATakeoverBeginsTheRebuildAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		position := l.deposit(t, "a", 0, 60)
		var rebuilding atomic.Bool
		stuck := make(chan struct{})
		first := l.start(t, twoTables(func(ctx context.Context, m projection.Meta) error {
			if m.Position == 30 && rebuilding.Load() {
				close(stuck)
				<-ctx.Done() // the node goes down here
				return ctx.Err()
			}
			return nil
		}))
		if err := first.Wait(t.Context(), position); err != nil {
			t.Fatal(err)
		}
		rebuilding.Store(true)
		rebuilt := make(chan error, 1)
		go func() { rebuilt <- first.Rebuild(t.Context(), "accounts") }()
		<-stuck
		first.Close()
		if err := <-rebuilt; err == nil {
			t.Error("Rebuild is done, says a runner that was closed in the middle")
		}
		second := l.start(t, twoTables(atEase))
		if err := second.Rebuild(t.Context(), "accounts"); err != nil {
			t.Fatal(err)
		}
		if err := second.Wait(t.Context(), l.deposit(t, "a", 60, 1)); err != nil {
			t.Fatal(err)
		}
		if amount, events := l.sum(t); amount != 61 || events != 61 {
			t.Errorf("sum, count = %d, %d; want 61", amount, events)
		}
		l.wantNoLeftovers(t)
	})
}

// TestARebuildBringsNewColumns replaces a program by its successor, whose handlers
// need a column that the tables lack.
func TestARebuildBringsNewColumns(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		first := l.start(t, balances(fine))
		l.balance(t, first, l.deposit(t, "a", 0, 20))
		first.Close()
		second := l.start(t, projection.New("balances", []string{
			`CREATE TABLE IF NOT EXISTS {balances} (account TEXT PRIMARY KEY, amount BIGINT NOT NULL, events BIGINT NOT NULL, last BIGINT NOT NULL)`,
		}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
			_, err := tx.Exec(ctx, `INSERT INTO {balances} (account, amount, events, last) VALUES ($1, $2, 1, $3)
				ON CONFLICT (account) DO UPDATE SET amount = {balances}.amount + $2, events = {balances}.events + 1, last = $3`,
				m.Key, e.Amount, m.Position)
			return err
		})))
		position := l.deposit(t, "a", 20, 10)
		await(t, second, standsStill)
		if err := second.Rebuild(t.Context(), "balances"); err != nil {
			t.Fatal(err)
		}
		if amount, events := l.balance(t, second, position); amount != 30 || events != 30 {
			t.Errorf("amount, events = %d, %d; want 30", amount, events)
		}
		var last int64
		if err := l.db.QueryRowContext(t.Context(), `SELECT last FROM balances`).Scan(&last); err != nil || last != position {
			t.Errorf("last = %d, %v; want %d", last, err, position)
		}
	})
}

func TestRebuildIsRefusedOrGoesOn(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		r := l.start(t, balances(fine))
		if err := r.Rebuild(t.Context(), "unknown"); !errors.Is(err, projection.ErrUnknown) {
			t.Errorf("Rebuild of an unknown one: %v", err)
		}
		l.balance(t, r, l.deposit(t, "a", 0, 1))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = r.Rebuild(ctx, "balances") // ordered or not, by when it was cancelled
		if err := r.Rebuild(t.Context(), "balances"); err != nil {
			t.Error(err)
		}
		var rows int
		if err := l.db.QueryRowContext(t.Context(), `SELECT count(*) FROM balances`).Scan(&rows); err != nil && !errors.Is(err, sql.ErrNoRows) || rows != 1 {
			t.Errorf("%d rows, %v; want 1", rows, err)
		}
	})
}
