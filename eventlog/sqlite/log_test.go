package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/eventlogtest"
	"github.com/composable-go/composable/eventlog/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, path string) *sqlite.Log {
	t.Helper()
	log, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestConformance(t *testing.T) {
	eventlogtest.Run(t, func(t *testing.T) eventlog.Backend {
		return open(t, filepath.Join(t.TempDir(), "log.db"))
	})
}

func TestDurable(t *testing.T) {
	eventlogtest.Durable(t, func(t *testing.T) func(*testing.T) eventlog.Backend {
		path := filepath.Join(t.TempDir(), "new", "l?o%g #1.db")
		return func(t *testing.T) eventlog.Backend { return open(t, path) }
	})
}

func TestOpenVoidsLeases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	now := time.Now()
	first := open(t, path)
	append1(t, first, eventlog.Append{Work: []eventlog.Work{
		{ID: "mine", Due: now, Owner: "first", LeasedUntil: now.Add(time.Hour)},
	}})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, path)
	defer second.Close()
	work, err := second.Lease(t.Context(), "second", now, now.Add(time.Hour), 10)
	if err != nil || len(work) != 1 || work[0].Attempt != 2 {
		t.Errorf("leased %+v, %v", work, err)
	}
}

func TestFileIsPrivateAndExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "log.db")
	log := open(t, path)
	defer log.Close()
	append1(t, log, eventlog.Append{Rows: []eventlog.RowChange{{Row: eventlog.Row{Kind: "r", Key: "1"}}}})
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", file, info.Mode(), err)
		}
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opened twice: %v", err)
	}
	append1(t, log, eventlog.Append{}) // the refused one did no harm
}

func TestOpenRefuses(t *testing.T) {
	for _, path := range []string{"", "/dev/null/log.db", t.TempDir()} {
		if _, err := sqlite.Open(t.Context(), path); err == nil {
			t.Errorf("%q was opened", path)
		}
	}
}

func TestReadModelsTakeDollarPlaceholders(t *testing.T) {
	log := open(t, filepath.Join(t.TempDir(), "log.db"))
	defer log.Close()
	var got string
	err := log.ReadModels().QueryRow("SELECT $2 || $1 || $2", "a", "b").Scan(&got)
	if err != nil || got != "bab" {
		t.Errorf("got %q, %v", got, err)
	}
}

func append1(t testing.TB, log eventlog.Log, a eventlog.Append) eventlog.Outcome {
	t.Helper()
	outcomes, err := log.Append(t.Context(), []eventlog.Append{a})
	if err != nil || outcomes[0].Err != nil {
		t.Fatal(err, outcomes)
	}
	return outcomes[0]
}
