package projection_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// savings keeps the sum of each person's purse, which never exceeds 1000.
func savings() *projection.Inline {
	return projection.NewInline("savings",
		[]string{`CREATE TABLE IF NOT EXISTS savings (person TEXT PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount <= 1000))`},
		projection.On("person", func(_ context.Context, s *projection.Statements, m projection.Meta, e deposited) error {
			if e.Amount == 0 {
				return errors.New("nothing was put in")
			}
			s.Exec(`INSERT INTO savings (person, amount) VALUES ($1, $2)
				ON CONFLICT (person) DO UPDATE SET amount = savings.amount + $2`, m.Key, e.Amount)
			return nil
		}))
}

func TestInlineReadModelsAreNeverBehind(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		run := func(inline *projection.Inline) *store.Store[purse, any] {
			rt := store.NewRuntime(l.log, store.Options{Logger: slog.New(slog.DiscardHandler)})
			people := store.New(rt, "person", purses{})
			if inline != nil {
				if err := inline.Prepare(t.Context(), rt.Log(), l.db, l.lock); err != nil {
					t.Fatal(err)
				}
				inline.Register(rt)
			}
			if err := rt.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = rt.Close(context.Background()) })
			return people
		}
		send := func(people *store.Store[purse, any], amount int, want error) {
			t.Helper()
			if _, err := people.Send(t.Context(), "ann", put{amount}); !errors.Is(err, want) {
				t.Errorf("put %d: %v, want %v", amount, err, want)
			}
		}
		amount := func() (n int) {
			t.Helper()
			if err := l.db.QueryRowContext(t.Context(), `SELECT amount FROM savings WHERE person = 'ann'`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		send(run(nil), 5, nil) // before there was the table
		people := run(savings())
		if n := amount(); n != 5 {
			t.Errorf("amount = %d in the filled table, want 5", n)
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { send(people, 1, nil) })
		}
		all.Wait()
		if n := amount(); n != 25 {
			t.Errorf("amount = %d, want 25 at once", n)
		}
		send(people, 976, store.ErrInternal)
		send(people, 0, store.ErrInternal)
		send(run(savings()), 1, nil) // which is not filled again
		if s, err := people.State(t.Context(), "ann"); err != nil || s.State.Amount != 26 || amount() != 26 {
			t.Errorf("the stream has %d, the table %d, %v; want 26", s.State.Amount, amount(), err)
		}
	})
}
