package migrations_test

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/migrations"
)

// TestWorkKeepsItsFailures brings a database with work in it to migration 2.
func TestWorkKeepsItsFailures(t *testing.T) {
	t.Parallel()
	for dialect, source := range map[migrations.Dialect][2]string{
		migrations.SQLite:   {"sqlite", filepath.Join(t.TempDir(), "log.db")},
		migrations.Postgres: {"pgx", pgtest.URL(t)},
	} {
		db := open(t, source[0], source[1])
		if dialect == migrations.Postgres {
			exec(t, db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		}
		if err := migrations.UpTo(t.Context(), db, dialect, 1); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `INSERT INTO eventlog_work (id, store, stream, key, kind, payload, due, at, actor, correlation_id,
			causation_id, trace_parent, attempt, owner, leased_until, last_error, buried_at, reason) VALUES
			('buried', 's', 'k', '', '', $1, 0, 0, '', '', '', '', 2, '', 0, 'no "route"', 7, 'a
b'),
			('fresh',  's', 'k', '', '', $1, 0, 0, '', '', '', '', 0, '', 0, '',           0, ''),
			('failed', 's', 'k', '', '', $1, 0, 0, '', '', '', '', 1, '', 0, 'once',       0, '')`, []byte{})
		if err := migrations.Up(t.Context(), db, dialect); err != nil {
			t.Fatal(err)
		}
		want := map[string][]failure{
			"buried": {{0, `no "route"`}, {7, "a\nb"}},
			"fresh":  nil,
			"failed": {{0, "once"}},
		}
		if diff := cmp.Diff(want, failures(t, db)); diff != "" {
			t.Errorf("%s: got + want -:\n%s", dialect, diff)
		}
	}
}

type failure struct {
	At    int64
	Error string
}

func failures(t *testing.T, db *sql.DB) map[string][]failure {
	t.Helper()
	rows, err := db.Query("SELECT id, failures FROM eventlog_work")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string][]failure{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		found[id] = nil
		for line := range strings.Lines(text) {
			var f failure
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			found[id] = append(found[id], f)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func exec(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}
