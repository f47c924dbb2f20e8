package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

const stepIntroduction = `
## The engine's share of a reducer step

Without a commit, on a log in memory. **Decide**: Store.Send of a command that is refused,
which finds the stream, gives the action its identity, calls Reduce, and makes sure of
what the refusal is based on; beside Reduce alone. **Fold**: an event of Store.State
AtVersion(1000), read from the log, decoded and reduced; beside json.Unmarshal and Reduce
alone. The engine's share is to be at most 1 µs, and the call of Reduce without
allocations of its own: those of decide are two ids, the action with its origin and its
plan; that of fold is a copy of the action.

| | engine | allocations | alone | allocations | share | allocations |
|---|--:|--:|--:|--:|--:|--:|
`

func measureStep(b *testing.B) string {
	var out strings.Builder
	out.WriteString(stepIntroduction)
	for _, s := range steps(b) {
		ours, other := s.inTurns(b)
		ours, other = ours.per(s.of), other.per(s.of)
		fmt.Fprintf(&out, "| %s | %s | %.1f | %s | %.1f | **%s** | **%.1f** |\n", s.title, short(ours.time), ours.allocs,
			short(other.time), other.allocs, short(ours.time-other.time), ours.allocs-other.allocs)
	}
	return out.String()
}

// step is a contest whose operations take so many steps each.
type step struct {
	contest
	of int
}

func (c cost) per(n int) cost { return cost{c.time / time.Duration(n), c.allocs / float64(n)} }

func steps(b testing.TB) []step {
	const events = 1000
	log := memory.New()
	accounts := start(b, log, reducer{}, store.Options{})
	fill(b, log, "account", events)
	return []step{
		{contest{"decide", op{"engine", refused(accounts)}, op{"alone", reduceAlone()}}, 1},
		{contest{"fold", op{"engine", func(ctx context.Context) error {
			_, err := accounts.State(ctx, "account", store.AtVersion(events))
			return err
		}}, op{"alone", foldAlone(b, events)}}, events},
	}
}

func refused(accounts *store.Store[account, action]) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if _, err := accounts.Send(ctx, "account", withdraw{1}); !errors.Is(err, errEmpty) {
			return fmt.Errorf("not refused but: %w", err)
		}
		return nil
	}
}

func reduceAlone() func(context.Context) error {
	var state account
	env := store.NewEnv(time.Now(), store.Actor{}, "")
	return func(context.Context) error {
		if _, err := (reducer{}).Reduce(&state, withdraw{1}, env); !errors.Is(err, errEmpty) {
			return fmt.Errorf("not refused but: %w", err)
		}
		return nil
	}
}

func foldAlone(b testing.TB, events int) func(context.Context) error {
	data, err := encoded()
	if err != nil {
		b.Fatal(err)
	}
	env := store.NewEnv(time.Now(), store.Actor{}, "")
	return func(context.Context) error {
		var state account
		for range events {
			var e deposited
			if err := json.Unmarshal(data, &e); err != nil {
				return err
			}
			if _, err := (reducer{}).Reduce(&state, e, env); err != nil {
				return err
			}
		}
		return nil
	}
}
