package projection_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// BenchmarkCatchUp measures events per second of a projection that begins at 0: read
// and decoded without a sink, and applied as SQL rows, one INSERT for each.
func BenchmarkCatchUp(b *testing.B) {
	const events = 50_000
	for _, system := range []struct {
		name string
		open func(b *testing.B) ledger
	}{
		{"sqlite", func(b *testing.B) ledger {
			log, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
			if err != nil {
				b.Fatal(err)
			}
			return ledger{log, log.ReadModels(), log.WriteLock()}
		}},
		{"postgres", func(b *testing.B) ledger {
			log, err := postgres.Open(b.Context(), pgtest.URL(b, pgtest.Durable))
			if err != nil {
				b.Fatal(err)
			}
			return ledger{log, log.ReadModels(), nil}
		}},
	} {
		b.Run(system.name, func(b *testing.B) {
			l := system.open(b)
			b.Cleanup(func() { _ = l.log.Close() })
			fill(b, l.log, events)
			b.Run("no_sink", func(b *testing.B) {
				l.catchUp(b, events, func(n int) projection.Projection {
					return projection.Into(fmt.Sprint("none", n), &nothing{Handlers: projection.NewHandlers(
						projection.On("account", func(context.Context, *nothing, projection.Meta, deposited) error { return nil }),
					)})
				})
			})
			b.Run("rows", func(b *testing.B) {
				l.catchUp(b, events, func(n int) projection.Projection { return deposits(fmt.Sprint("deposits", n)) })
			})
		})
	}
}

func deposits(table string) projection.Projection {
	insert := `INSERT INTO {` + table + `} (position, account, amount) VALUES ($1, $2, $3)`
	return projection.New(table, []string{
		`CREATE TABLE IF NOT EXISTS {` + table + `} (position BIGINT PRIMARY KEY, account TEXT NOT NULL, amount BIGINT NOT NULL)`,
	}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
		_, err := tx.Exec(ctx, insert, m.Position, m.Key, e.Amount)
		return err
	}))
}

// nothing is a sink that decodes events and forgets them.
type nothing struct {
	projection.Handlers[*nothing]
	position atomic.Int64
}

func (n *nothing) Prepare(context.Context) error           { return nil }
func (n *nothing) Position(context.Context) (int64, error) { return n.position.Load(), nil }

func (n *nothing) Apply(ctx context.Context, b projection.Batch) (int64, error) {
	for _, e := range b.Events {
		if err := n.Handlers.Apply(ctx, n, e); err != nil {
			return 0, err
		}
	}
	n.position.Store(b.Through)
	return b.Through, nil
}

func fill(b *testing.B, log eventlog.Log, events int) {
	const size = 500
	data := []byte(`{"Amount":1,"Reference":"` + fmt.Sprintf("%0150d", 1) + `"}`)
	for done := 0; done < events; done += size {
		batch := make([]eventlog.Append, size)
		for i := range batch {
			batch[i] = eventlog.Append{
				Stream: eventlog.StreamID{Store: "account", Key: fmt.Sprint(done + i)},
				Events: []eventlog.NewEvent{{Name: "deposited", Data: data}},
				Meta:   eventlog.Meta{At: time.Now()},
			}
		}
		if _, err := log.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

func (l ledger) catchUp(b *testing.B, events int, of func(n int) projection.Projection) {
	logger := slog.New(slog.DiscardHandler)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		rt := store.NewRuntime(l.log, store.Options{Logger: logger})
		if err := rt.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		r := projection.NewRunner(rt, l.db, projection.Options{Logger: logger, WriteLock: l.lock}, of(n))
		b.StartTimer()
		if err := r.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := r.Wait(b.Context(), int64(events)); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		r.Close()
		_ = rt.Close(context.Background())
		b.StartTimer()
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
