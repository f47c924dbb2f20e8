package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/composable-go/composable/eventlog/internal/head"
)

// Pragmas of all connections. Whoever waits for a lock waits up to 30 seconds.
const common = "journal_mode(wal) busy_timeout(30000) secure_delete(1)"

const (
	readers = 8 // connections for reading; the rest of the callers wait
	models  = 8
)

// Open opens the log in the file at path and creates it, with its directory,
// when there is none; only the owner may read it. It fails when another process
// has the file open. Cancelling ctx stops opening.
func Open(ctx context.Context, path string) (_ *Log, err error) {
	if path == "" {
		return nil, errors.New("sqlite: the path is empty; name a file, such as data/app.db")
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	l := &Log{rows: newRows(maxRows)}
	defer func() {
		if err != nil {
			l.closeAll()
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if l.lock, err = lock(ctx, path); err != nil {
		return nil, err
	}
	if err := l.open(ctx, path); err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	return l, nil
}

func (l *Log) open(ctx context.Context, path string) (err error) {
	if err := create(path); err != nil {
		return err
	}
	if l.writer, err = newWriter(ctx, path); err != nil {
		return err
	}
	if l.readers, err = pool(path, readers, common+" query_only(1)"); err != nil {
		return err
	}
	l.prepared = newStatements(l.readers)
	if l.models, err = pool(path, models, common+" synchronous(normal)"); err != nil {
		return err
	}
	if err := l.voidLeases(ctx); err != nil {
		return err
	}
	var position int64
	err = l.readers.QueryRowContext(ctx, "SELECT coalesce(max(position), 0) FROM eventlog_events").Scan(&position)
	l.head = head.New(position)
	return err
}

// create makes the file before SQLite does, so that nobody else may read it.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// lock takes the file beside the database. SQLite's own lock is used for that:
// it works on every system and ends with the process, however that ends.
func lock(ctx context.Context, path string) (*sql.DB, error) {
	file := path + ".lock"
	if err := create(file); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := pool(file, 1, "busy_timeout(0)")
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: %s is in use: stop the process that has it open, or choose another DATABASE_URL (several processes need postgres://): %w", path, err), db.Close())
	}
	return db, nil
}

// pool opens path with pragmas, which are separated by blanks.
func pool(path string, size int, pragmas string) (*sql.DB, error) {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": strings.Fields(pragmas)}
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}
