package migrations_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/migrations"
)

func TestReleasedMigrationsDoNotChange(t *testing.T) {
	want, err := os.ReadFile("checksums.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := migrations.Checksums(); got != string(want) {
		t.Errorf("checksums.txt differs. A new migration needs a line there; a released one must stay as it is.\ngot:\n%swant:\n%s", got, want)
	}
}

func TestUpAgain(t *testing.T) {
	t.Parallel()
	db := open(t, "sqlite", filepath.Join(t.TempDir(), "log.db"))
	for range 2 {
		if err := migrations.Up(t.Context(), db, migrations.SQLite); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRacingNodes(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	if _, err := open(t, "pgx", url).Exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	var nodes sync.WaitGroup
	for range 4 {
		db := open(t, "pgx", url)
		nodes.Go(func() {
			if err := migrations.Up(t.Context(), db, migrations.Postgres); err != nil {
				t.Error(err)
			}
		})
	}
	nodes.Wait()
	var heads int
	if err := open(t, "pgx", url).QueryRow("SELECT count(*) FROM eventlog_head").Scan(&heads); err != nil || heads != 1 {
		t.Errorf("%d heads, %v; want 1", heads, err)
	}
}

func TestUpRefuses(t *testing.T) {
	t.Parallel()
	db := open(t, "sqlite", filepath.Join(t.TempDir(), "log.db"))
	if err := migrations.Up(t.Context(), db, "oracle"); err == nil {
		t.Error("an unknown dialect was accepted")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := migrations.Up(cancelled, db, migrations.SQLite); err == nil {
		t.Error("a cancelled context was ignored")
	}
}

func open(t *testing.T, driver, source string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
