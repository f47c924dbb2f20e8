package killtest

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"sync"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// database is a log and the place of its read models.
type database struct {
	log       eventlog.Backend
	models    *sql.DB
	writeLock sync.Locker
}

// openDatabase opens the Postgres at a URL or the SQLite file at a path.
func openDatabase(ctx context.Context, address string) (*database, error) {
	if strings.HasPrefix(address, "postgres:") {
		log, err := postgres.Open(ctx, address)
		if err != nil {
			return nil, err
		}
		return &database{log, log.ReadModels(), nil}, nil
	}
	log, err := sqlite.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	return &database{log, log.ReadModels(), log.WriteLock()}, nil
}

func (d *database) project(rt *store.Runtime, logger *slog.Logger, p projection.Projection) *projection.Runner {
	return projection.NewRunner(rt, d.models, projection.Options{Logger: logger, WriteLock: d.writeLock}, p)
}

// activity is the read model: how many events each stream has.
func activity(f *fuse) projection.Projection {
	return projection.New("activity", []string{
		`CREATE TABLE IF NOT EXISTS {activity} (stream TEXT PRIMARY KEY, events BIGINT NOT NULL)`,
	},
		count[placed](f, "order"), count[paid](f, "order"), count[rejected](f, "order"), count[reminded](f, "order"),
		count[taken](f, "shelf"), count[noted](f, "book"))
}

func count[E any](f *fuse, storeName string) projection.Handler[*projection.Tx] {
	return projection.On(storeName, func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ E) error {
		_, err := tx.Exec(ctx, `INSERT INTO {activity} (stream, events) VALUES ($1, 1)
			ON CONFLICT (stream) DO UPDATE SET events = {activity}.events + 1`, storeName+"/"+m.Key)
		f.reach(projecting)
		return err
	})
}

func (d *database) activities(ctx context.Context) (map[string]int, error) {
	rows, err := d.models.QueryContext(ctx, "SELECT stream, events FROM activity")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]int{}
	for rows.Next() {
		var stream string
		var events int
		if err := rows.Scan(&stream, &events); err != nil {
			return nil, err
		}
		all[stream] = events
	}
	return all, rows.Err()
}
