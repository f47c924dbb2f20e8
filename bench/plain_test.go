package bench

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// poolSize is how many Postgres connections the plain way uses.
const poolSize = 32

func plainPostgres(b testing.TB) sender {
	config, err := pgxpool.ParseConfig(postgresURL(b))
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = poolSize
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	_, err = pool.Exec(b.Context(), `CREATE TABLE plain (
		position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, store TEXT COLLATE "C" NOT NULL, stream TEXT COLLATE "C" NOT NULL,
		version BIGINT NOT NULL, name TEXT NOT NULL, data BYTEA NOT NULL, at BIGINT NOT NULL, UNIQUE (store, stream, version))`)
	if err != nil {
		b.Fatal(err)
	}
	return oneByOne(func(ctx context.Context, key string, version int, data []byte) error {
		_, err := pool.Exec(ctx, "INSERT INTO plain (store, stream, version, name, data, at) VALUES ($1, $2, $3, $4, $5, $6)",
			"account", key, version, "deposited", data, time.Now().UnixMicro())
		return err
	})
}

func plainSQLite(b testing.TB) sender {
	file := url.URL{Scheme: "file", Path: filepath.Join(b.TempDir(), "plain.db"), RawQuery: "_pragma=journal_mode(wal)&_pragma=synchronous(full)"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE plain (position INTEGER PRIMARY KEY, store TEXT NOT NULL, stream TEXT NOT NULL,
		version INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, at INTEGER NOT NULL, UNIQUE (store, stream, version)) STRICT`)
	if err != nil {
		b.Fatal(err)
	}
	statement, err := db.Prepare("INSERT INTO plain (store, stream, version, name, data, at) VALUES (?, ?, ?, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	var writer sync.Mutex
	return oneByOne(func(ctx context.Context, key string, version int, data []byte) error {
		writer.Lock()
		defer writer.Unlock()
		_, err := statement.ExecContext(ctx, "account", key, version, "deposited", data, time.Now().UnixMicro())
		return err
	})
}
