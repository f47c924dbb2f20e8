package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
)

const (
	childVariable = "EVENTLOG_CHILD" // the URL to which a child process appends
	perStream     = 40
)

var streams = []eventlog.StreamID{{Store: "order", Key: "a"}, {Store: "order", Key: "b"}, {Store: "order", Key: "c"}}

func TestMain(m *testing.M) {
	url := os.Getenv(childVariable)
	if url == "" {
		goleak.VerifyTestMain(m)
		return
	}
	log, err := postgres.Open(context.Background(), url)
	if err == nil {
		fmt.Println("open")
		bufio.NewReader(os.Stdin).ReadString('\n')
		err = errors.Join(contend(context.Background(), log), log.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// contend appends to all streams at once until each got perStream events of
// this process, deciding anew after each conflict.
func contend(ctx context.Context, log eventlog.Log) error {
	errs := make([]error, len(streams))
	var writers sync.WaitGroup
	for i, id := range streams {
		writers.Go(func() {
			for done := 0; done < perStream && errs[i] == nil; {
				err := appendNext(ctx, log, id)
				if err == nil {
					done++
				} else if !errors.Is(err, eventlog.ErrConflict) {
					errs[i] = err
				}
			}
		})
	}
	writers.Wait()
	return errors.Join(errs...)
}

func appendNext(ctx context.Context, log eventlog.Log, id eventlog.StreamID) error {
	events, err := log.ReadStream(ctx, id, 0, 1000)
	if err != nil {
		return err
	}
	outcomes, err := log.Append(ctx, []eventlog.Append{{
		Stream: id, Expected: int64(len(events)), Events: []eventlog.NewEvent{{Name: "Happened", Data: []byte("{}")}},
	}})
	if err != nil {
		return err
	}
	return outcomes[0].Err
}

func TestTwoProcessesAndTwoLogs(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+url)
	child.Stderr = os.Stderr
	start, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	first, second := open(t, url), open(t, url)
	fmt.Fprintln(start, "go")
	var nodes sync.WaitGroup
	for _, log := range []eventlog.Log{first, second} {
		nodes.Go(func() {
			if err := contend(t.Context(), log); err != nil {
				t.Error(err)
			}
		})
	}
	total := 3 * len(streams) * perStream
	nodes.Go(func() { followGapless(t, first, total) })
	nodes.Wait()
	if err := child.Wait(); err != nil {
		t.Fatalf("child: %v", err)
	}
	for _, id := range streams {
		if events, err := second.ReadStream(t.Context(), id, 0, 1000); err != nil || len(events) != 3*perStream {
			t.Errorf("%s has %d events, %v; want %d", id, len(events), err, 3*perStream)
		}
	}
}

// followGapless reads like a projection and fails when a position is skipped.
func followGapless(t *testing.T, log eventlog.Log, total int) {
	for after := int64(0); after < int64(total); {
		if _, err := log.Wait(t.Context(), after); err != nil {
			t.Error(err)
			return
		}
		events, err := log.ReadAll(t.Context(), after, 1000)
		if err != nil {
			t.Error(err)
			return
		}
		for _, e := range events {
			if after++; e.Position != after {
				t.Errorf("position %d follows %d", e.Position, after-1)
				return
			}
		}
	}
}

func TestDelayedCommitIsNeverSkipped(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log, reader := open(t, url), open(t, url)
	watch := connect(t, url)
	var readers, writers sync.WaitGroup
	readers.Go(func() { followGapless(t, reader, 1+2*len(streams)) })

	if err := contendOnce(t, log); err != nil {
		t.Fatal(err)
	}
	stalled := stall(t, url, int64(len(streams)+1))
	for _, id := range streams {
		writers.Go(func() {
			if err := appendNext(t.Context(), log, id); err != nil {
				t.Error(err)
			}
		})
	}
	await(t, watch, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
	events, err := reader.ReadAll(t.Context(), 0, 100)
	if err != nil || len(events) != len(streams) {
		t.Errorf("while a commit is delayed %d events can be read, %v; want %d", len(events), err, len(streams))
	}
	if err := stalled.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	writers.Wait()
	readers.Wait()
}

func contendOnce(t *testing.T, log eventlog.Log) error {
	var errs []error
	for _, id := range streams {
		errs = append(errs, appendNext(t.Context(), log, id))
	}
	return errors.Join(errs...)
}

// stall is an appender that has written position and does not commit yet.
func stall(t *testing.T, url string, position int64) pgx.Tx {
	t.Helper()
	tx, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"SELECT position FROM eventlog_head WHERE one FOR UPDATE",
		fmt.Sprintf("INSERT INTO eventlog_events SELECT %d, 'slow', 's', 1, 'Late', '', 0, '', '', '', ''", position),
		fmt.Sprintf("UPDATE eventlog_head SET position = %d WHERE one", position),
		fmt.Sprintf("SELECT pg_notify('eventlog', '%d')", position),
	} {
		if _, err := tx.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return tx
}

func TestKilledConnectionsLoseNothing(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log, killer := open(t, url), connect(t, url)
	const kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

	var acknowledged [3]int
	var writers sync.WaitGroup
	var failed, killed atomic.Int32
	for i, id := range streams {
		writers.Go(func() {
			for acknowledged[i] < 50 || killed.Load() < 10 {
				if err := appendNext(t.Context(), log, id); err == nil {
					acknowledged[i]++
				} else {
					failed.Add(1)
				}
			}
		})
	}
	for range 10 {
		if _, err := killer.Exec(t.Context(), kill); err != nil {
			t.Error(err)
		}
		killed.Add(1)
	}
	writers.Wait()
	if err := appendNext(t.Context(), log, streams[0]); err != nil {
		t.Errorf("append after the kills: %v", err)
	}
	acknowledged[0]++
	for i, id := range streams {
		events, err := log.ReadStream(t.Context(), id, 0, 100_000)
		if err != nil || len(events) < acknowledged[i] || len(events) > acknowledged[i]+int(failed.Load()) {
			t.Errorf("%s: %d events, %d acknowledged, %d failed, %v", id, len(events), acknowledged[i], failed.Load(), err)
		}
	}
	head, err := log.Wait(t.Context(), -1)
	if err != nil {
		t.Fatal(err)
	}
	followGapless(t, log, int(head))
}

func TestIdleAppenderIsReplaced(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log, killer := open(t, url), connect(t, url)
	for range 3 {
		if err := appendNext(t.Context(), log, streams[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := killer.Exec(t.Context(), "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'eventlog append'"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWaitHearsOtherNodes(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	here, there := open(t, url), open(t, url)
	for n := range int64(20) {
		if err := appendNext(t.Context(), there, streams[0]); err != nil {
			t.Fatal(err)
		}
		if head, err := here.Wait(t.Context(), n); err != nil || head != n+1 {
			t.Fatalf("head %d, %v; want %d", head, err, n+1)
		}
	}
	// Without its listener a node still finds out.
	if _, err := connect(t, url).Exec(t.Context(), "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'eventlog listen'"); err != nil {
		t.Fatal(err)
	}
	if err := appendNext(t.Context(), there, streams[0]); err != nil {
		t.Fatal(err)
	}
	if head, err := here.Wait(t.Context(), 20); err != nil || head != 21 {
		t.Fatalf("head %d, %v; want 21", head, err)
	}
}

func TestReadModels(t *testing.T) {
	t.Parallel()
	var commit, got string
	models := open(t, pgtest.URL(t)).ReadModels()
	if err := models.QueryRow("SHOW synchronous_commit").Scan(&commit); err != nil || commit != "off" {
		t.Errorf("synchronous_commit is %s, %v", commit, err)
	}
	if err := models.QueryRow("SELECT $2::text || $1 || $2", "a", "b").Scan(&got); err != nil || got != "bab" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestOpenSaysTheRemedy(t *testing.T) {
	_, err := postgres.Open(t.Context(), "postgres://user:secret@host:notaport/db")
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "postgres://user") {
		t.Errorf("got %v", err)
	}
	if _, err := postgres.Open(t.Context(), "postgres:///none?host=/nowhere&connect_timeout="+strconv.Itoa(1)); err == nil {
		t.Error("connected to nothing")
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// await asks until the answer is true; each question is a round trip.
func await(t *testing.T, conn *pgx.Conn, question string) {
	t.Helper()
	for yes := false; !yes; {
		if err := conn.QueryRow(t.Context(), question).Scan(&yes); err != nil {
			t.Fatal(err)
		}
	}
}
