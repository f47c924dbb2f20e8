package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" for migrations

	"github.com/composable-go/composable/migrations"
)

// ServerVariable holds the URL of a running server to be used instead of an own
// one; its user must be a superuser. Databases named pgtest_… are created there.
const ServerVariable = "TEST_DATABASE_URL"

// Option changes what server is used.
type Option int

// Durable asks for a server of its own that writes to disk as in production,
// for benchmarks.
const Durable Option = 1

var (
	fast    = sync.OnceValues(func() (*Server, error) { return prepare(false) })
	durable = sync.OnceValues(func() (*Server, error) { return prepare(true) })
)

// URL returns the URL of a new database with the schema of the event log. It is
// dropped when the test ends. Without Postgres the test fails with the remedy.
func URL(t testing.TB, options ...Option) string {
	t.Helper()
	start := fast
	for _, o := range options {
		if o == Durable {
			start = durable
		}
	}
	server, err := start()
	if err != nil {
		t.Fatal(err)
	}
	name := "pgtest_" + rand.Text()
	if err := run(server.URL, fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", name, template())); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := run(server.URL, fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", name)); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return withDatabase(server.URL, name)
}

// prepare starts the server, or takes the running one, and sees to its template.
func prepare(durable bool) (*Server, error) {
	server := &Server{URL: os.Getenv(ServerVariable)}
	if server.URL == "" || durable {
		var err error
		if server, err = Start(durable); err != nil {
			return nil, err
		}
	}
	return server, makeTemplate(server.URL)
}

// template names the template database after its migrations, so that a server
// that stays never hands out an old schema.
func template() string {
	return fmt.Sprintf("pgtest_template_%x", sha256.Sum256([]byte(migrations.Checksums())))[:48]
}

func makeTemplate(maintenance string) error {
	ctx := context.Background()
	db, err := sql.Open("pgx", maintenance)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx) // the lock belongs to one session and ends with it
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext('pgtest'))"); err != nil {
		return err
	}
	var found int
	switch err := conn.QueryRowContext(ctx, "SELECT 1 FROM pg_database WHERE datname = $1", template()).Scan(&found); {
	case err == nil:
		return nil
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return build(maintenance)
}

// build migrates under another name, so that a template is never half done.
func build(maintenance string) error {
	const draft = "pgtest_draft"
	if err := run(maintenance, "DROP DATABASE IF EXISTS "+draft+" WITH (FORCE)", "CREATE DATABASE "+draft); err != nil {
		return err
	}
	db, err := sql.Open("pgx", withDatabase(maintenance, draft))
	if err != nil {
		return err
	}
	err = errors.Join(migrations.Up(context.Background(), db, migrations.Postgres), db.Close())
	if err != nil {
		return err
	}
	return run(maintenance, fmt.Sprintf("ALTER DATABASE %s RENAME TO %q", draft, template()))
}

func run(maintenance string, statements ...string) error {
	db, err := sql.Open("pgx", maintenance)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func withDatabase(maintenance, name string) string {
	u, err := url.Parse(maintenance)
	if err != nil {
		return maintenance
	}
	u.Path = "/" + name
	return u.String()
}
