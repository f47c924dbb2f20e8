package bench

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

const catchUpIntroduction = `
## Catching up

A projection.Runner that begins at position 0 of a log of %d events of 200 bytes, until
it has applied them all. **Read**: decoded for a sink that does nothing; to be at least
100 000 events/s on Postgres. **Rows**: one INSERT for each event, with the checkpoint
in batches as the runner makes them; at least 20 000 events/s.

| | read, events/s | rows, events/s |
|---|--:|--:|
`

func measureCatchUp(b *testing.B) string {
	const events = 100_000
	var out strings.Builder
	fmt.Fprintf(&out, catchUpIntroduction, events)
	for _, l := range ledgers(b) {
		l.fill(b, events)
		read, rows := l.inTurns(b)
		fmt.Fprintf(&out, "| %s | %.0f | %.0f |\n", l.name, read, rows)
	}
	return out.String()
}

// ledger is a log with the database its read models go to.
type ledger struct {
	name   string
	log    eventlog.Backend
	db     *sql.DB
	lock   sync.Locker
	events int // in the log
	runs   int
}

func ledgers(b testing.TB) []*ledger {
	lite, pg := openSQLite(b), openPostgres(b)
	return []*ledger{
		{name: "sqlite", log: lite, db: lite.ReadModels(), lock: lite.WriteLock()},
		{name: "postgres", log: pg, db: pg.ReadModels()},
	}
}

func (l *ledger) fill(b testing.TB, events int) {
	const size = 500
	for ; l.events < events; l.events += size {
		fill(b, l.log, fmt.Sprint("account", l.events), size)
	}
}

// inTurns returns events per second, of a projection that decodes and of one that
// writes rows. Each run is of a new one.
func (l *ledger) inTurns(b *testing.B) (read, rows float64) {
	var reads, writes []float64
	for range rounds {
		reads = append(reads, l.perSecond(b, "read", discard))
		writes = append(writes, l.perSecond(b, "rows", inRows))
	}
	slices.SortFunc(reads, cmp.Compare)
	slices.SortFunc(writes, cmp.Compare)
	return reads[rounds/2], writes[rounds/2]
}

func (l *ledger) perSecond(b *testing.B, name string, of func(name string) projection.Projection) (perSecond float64) {
	b.Run(l.name+"/"+name, func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			runner := l.runner(b, of)
			b.StartTimer()
			l.catchUp(b, runner)
			b.StopTimer()
			runner.Close()
		}
		perSecond = float64(l.events) * float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(perSecond, "events/s")
	})
	return perSecond
}

// runner returns one for a new projection, to be started and closed.
func (l *ledger) runner(b testing.TB, of func(name string) projection.Projection) *projection.Runner {
	l.runs++
	accounts := start(b, l.log, reducer{}, store.Options{})
	options := projection.Options{Logger: slog.New(slog.DiscardHandler), WriteLock: l.lock}
	return projection.NewRunner(accounts.Runtime(), l.db, options, of(fmt.Sprint("bench", l.runs)))
}

func (l *ledger) catchUp(b testing.TB, r *projection.Runner) {
	if err := r.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := r.Wait(b.Context(), int64(l.events)); err != nil {
		b.Fatal(err)
	}
}

func inRows(table string) projection.Projection {
	statement := "INSERT INTO {" + table + "} (position, account, amount) VALUES ($1, $2, $3)"
	return projection.New(table, []string{
		"CREATE TABLE IF NOT EXISTS {" + table + "} (position BIGINT PRIMARY KEY, account TEXT NOT NULL, amount BIGINT NOT NULL)",
	}, projection.On("account", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e deposited) error {
		_, err := tx.Exec(ctx, statement, m.Position, m.Key, e.Amount)
		return err
	}))
}

func discard(name string) projection.Projection {
	return projection.Into(name, &nothing{Handlers: projection.NewHandlers(
		projection.On("account", func(context.Context, *nothing, projection.Meta, deposited) error { return nil }),
	)})
}

// nothing is a sink that decodes events and forgets them.
type nothing struct {
	projection.Handlers[*nothing]
	position atomic.Int64
}

func (n *nothing) Prepare(context.Context) error           { return nil }
func (n *nothing) Position(context.Context) (int64, error) { return n.position.Load(), nil }
func (n *nothing) Handles(e eventlog.Event) bool           { return n.Handlers.Handles(e) }

func (n *nothing) Apply(ctx context.Context, b projection.Batch) (int64, error) {
	for _, e := range b.Events {
		if err := n.Handlers.Apply(ctx, n, e); err != nil {
			return 0, err
		}
	}
	n.position.Store(b.Through)
	return b.Through, nil
}
