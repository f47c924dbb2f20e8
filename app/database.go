package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
)

// database is the event log and, in the same place, the read models.
type database struct {
	eventlog.Backend
	models    *sql.DB
	writeLock sync.Locker // nil where writers need not take turns
	close     func() error
}

func openDatabase(ctx context.Context, databaseURL string) (*database, error) {
	scheme, rest, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "sqlite":
		log, err := sqlite.Open(ctx, strings.TrimPrefix(rest, "//"))
		if err != nil {
			return nil, err
		}
		return &database{log, log.ReadModels(), log.WriteLock(), log.Close}, nil
	case "postgres", "postgresql":
		log, err := postgres.Open(ctx, databaseURL)
		if err != nil {
			return nil, err
		}
		return &database{log, log.ReadModels(), nil, log.Close}, nil
	case "memory":
		return openMemory()
	}
	return nil, fmt.Errorf("DATABASE_URL begins with %q; memory:, sqlite:PATH and postgres://… are possible", url.PathEscape(scheme))
}

func openMemory() (*database, error) {
	models, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	models.SetMaxOpenConns(1) // each connection would be a database of its own
	log := memory.New()
	return &database{log, models, nil, func() error { return errors.Join(models.Close(), log.Close()) }}, nil
}
