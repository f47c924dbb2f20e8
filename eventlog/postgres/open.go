package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/composable-go/composable/eventlog/internal/head"
	"github.com/composable-go/composable/migrations"
)

// models is how many connections read models share.
const models = 16

// Open connects to the database at url (postgres://…, or key=value pairs),
// migrates it, and listens for the appends of other nodes until Close. A
// parameter pool_max_conns=N in the url bounds the connections for reading and
// for the queue; two more append and listen, and up to 16 serve read models.
func Open(ctx context.Context, url string) (_ *Log, err error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: the database URL cannot be used, it should look like postgres://user:password@host/database: %w", err)
	}
	life, end := context.WithCancel(context.Background())
	l := &Log{
		config:   config.ConnConfig,
		appender: newAppender(appenderConfig(config.ConnConfig)),
		models:   openModels(config.ConnConfig),
		life:     life,
		end:      end,
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("postgres: open: %w", err), l.closeAll())
		}
	}()
	if l.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if err := migrations.Up(ctx, l.models, migrations.Postgres); err != nil {
		return nil, err
	}
	position, err := l.position(ctx)
	if err != nil {
		return nil, err
	}
	l.head = head.New(position)
	l.listening.Go(func() { l.follow(life) })
	return l, nil
}

func appenderConfig(config *pgx.ConnConfig) *pgx.ConnConfig {
	return with(config, map[string]string{
		"application_name": "eventlog append",
		// The head is locked between the two round trips of an append: a node that
		// stalls there must not stall the others.
		"idle_in_transaction_session_timeout": "5s",
		// Plans are cached, the first ones for empty tables. Every lookup has its
		// index; nothing else may be chosen.
		"enable_seqscan":   "off",
		"enable_hashjoin":  "off",
		"enable_mergejoin": "off",
		"jit":              "off",
	})
}

func openModels(config *pgx.ConnConfig) *sql.DB {
	db := stdlib.OpenDB(*with(config, map[string]string{
		"application_name":   "eventlog read models",
		"synchronous_commit": "off",
	}))
	db.SetMaxOpenConns(models)
	db.SetMaxIdleConns(models)
	return db
}

func with(config *pgx.ConnConfig, params map[string]string) *pgx.ConnConfig {
	config = config.Copy()
	for name, value := range params {
		config.RuntimeParams[name] = value
	}
	return config
}
