package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/eventlogtest"
	"github.com/composable-go/composable/eventlog/sqlite"
)

const childVariable = "EVENTLOG_CHILD" // the file that a child process opens

func TestMain(m *testing.M) {
	path := os.Getenv(childVariable)
	if path == "" {
		goleak.VerifyTestMain(m)
		return
	}
	log, err := sqlite.Open(context.Background(), path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	outcomes, err := log.Append(context.Background(), []eventlog.Append{{
		Stream: eventlog.StreamID{Store: "order", Key: "1"}, Events: []eventlog.NewEvent{{Name: "Placed"}},
	}})
	fmt.Println("appended", outcomes, err)
	select {} // until killed
}

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
	work, err := second.Lease(t.Context(), "second", now, now.Add(time.Hour), 10, eventlog.Kinds{})
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
	refused(t, path)
	append1(t, log, eventlog.Append{}) // the refused one did no harm
}

func refused(t *testing.T, path string) {
	t.Helper()
	if _, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opened twice: %v", err)
	}
}

func TestKilledProcessLeavesNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); !strings.HasPrefix(line, "appended") {
		t.Errorf("child: %s %v", line, err)
	}
	refused(t, path)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	log := open(t, path)
	defer log.Close()
	if events, err := log.ReadAll(t.Context(), 0, 10); err != nil || len(events) != 1 {
		t.Errorf("%d events, %v; want the one that was acknowledged", len(events), err)
	}
}

func TestAppendsWaitForTheWriteLock(t *testing.T) {
	log := open(t, filepath.Join(t.TempDir(), "log.db"))
	defer log.Close()
	log.WriteLock().Lock()
	hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := log.Append(hurried, []eventlog.Append{{}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("appended while the lock was held: %v", err)
	}
	log.WriteLock().Unlock()
	append1(t, log, eventlog.Append{})
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
