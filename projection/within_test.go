package projection_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// A purse is a child feature that money is put into, by name or by key.
type purse struct{ Amount int }

type put struct{ Amount int }

type purses struct{}

func (purses) Actions() store.Actions[any] {
	return store.Actions[any]{Commands: []any{put{}}, Events: []any{deposited{}}}
}

func (purses) Reduce(s *purse, a any, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case put:
		return store.Effects{store.Record(deposited(a))}, nil
	case deposited:
		s.Amount += a.Amount
	}
	return nil, nil
}

type (
	pocket struct{ Action any }
	drawer struct {
		Key    string
		Action any
	}
)

func TestEventsOfChildrenAreNamedWithin(t *testing.T) {
	t.Parallel()
	composed := store.Combine(
		store.Scope("pocket", purses{}, func(s *purse) *purse { return s }, func(a pocket) any { return a }),
		store.ForEach("drawers", purses{}, func(s *purse, _ string) *purse { return s }, func(a drawer) any { return a }))
	onEach(t, func(t *testing.T, l ledger) {
		rt := store.NewRuntime(memory.New(), store.Options{Logger: slog.New(slog.DiscardHandler)})
		people := store.New(rt, "person", composed)
		insert := func(ctx context.Context, tx *projection.Tx, place string, amount int) error {
			_, err := tx.Exec(ctx, `INSERT INTO {money} (place, amount) VALUES ($1, $2)`, place, amount)
			return err
		}
		r := l.startOn(t, rt, time.Millisecond, projection.New("money",
			[]string{`CREATE TABLE IF NOT EXISTS {money} (place TEXT PRIMARY KEY, amount BIGINT NOT NULL)`},
			projection.On("person", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
				return insert(ctx, tx, m.Key+"'s pocket", e.Amount)
			}).Within("pocket"),
			projection.On("person", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e store.Keyed[deposited]) error {
				return insert(ctx, tx, m.Key+"'s drawer "+e.Key, e.Action.Amount)
			}).Within("drawers")))
		var receipt store.Receipt
		for _, a := range []any{pocket{put{3}}, drawer{"left", put{5}}} {
			var err error
			if receipt, err = people.Send(t.Context(), "ann", a); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Wait(t.Context(), receipt.Position); err != nil {
			t.Fatal(err)
		}
		for place, want := range map[string]int{"ann's pocket": 3, "ann's drawer left": 5} {
			var amount int
			if err := l.db.QueryRowContext(t.Context(), `SELECT amount FROM money WHERE place = $1`, place).Scan(&amount); err != nil || amount != want {
				t.Errorf("%s: %d, %v; want %d", place, amount, err, want)
			}
		}
	})
}
