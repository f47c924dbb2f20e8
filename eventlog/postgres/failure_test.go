package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/internal/pgtest"
)

func TestFailedBatchFreesTheHead(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log, other, admin := open(t, url), open(t, url), connect(t, url)
	rename := func(from, to string) {
		t.Helper()
		if _, err := admin.Exec(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
			t.Fatal(err)
		}
	}
	claiming := []eventlog.Append{{Stream: streams[1], Claims: []eventlog.Claim{{Key: "k"}}}}
	// Once before, so that the statement is prepared and fails in the transaction.
	if _, err := log.Append(t.Context(), claiming); err != nil {
		t.Fatal(err)
	}
	rename("eventlog_claims", "hidden")
	if _, err := log.Append(t.Context(), claiming); err == nil {
		t.Fatal("appended without a table of claims")
	}
	for _, log := range []eventlog.Log{other, log} {
		if err := appendNext(t.Context(), log, streams[0]); err != nil {
			t.Errorf("append after the failure: %v", err)
		}
	}
	rename("hidden", "eventlog_claims")
}

// An item that is revived goes behind those that are being added meanwhile.
func TestReviveWaitsForTheHead(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log := open(t, url)
	now := time.Now()
	lease := func() []eventlog.Work {
		t.Helper()
		work, err := log.Lease(t.Context(), "n", now, now.Add(time.Minute), 10, eventlog.Kinds{})
		if err != nil {
			t.Fatal(err)
		}
		return work
	}
	work := eventlog.Work{ID: "revived", Stream: streams[0], Lane: "x", Due: now}
	if _, err := log.Append(t.Context(), []eventlog.Append{{Work: []eventlog.Work{work}}}); err != nil {
		t.Fatal(err)
	}
	lease()
	if err := log.Bury(t.Context(), eventlog.Lease{ID: work.ID, Owner: "n"}, eventlog.Failure{At: now}); err != nil {
		t.Fatal(err)
	}
	stalled := stall(t, url, 1)
	ended := make(chan error, 1)
	go func() { ended <- log.Revive(t.Context(), work.ID, now) }()
	await(t, connect(t, url), "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
	if _, err := stalled.Exec(t.Context(), `INSERT INTO eventlog_work (id, store, stream, key, kind, lane, payload, due, at, actor, correlation_id,
		causation_id, trace_parent, attempt, owner, leased_until) VALUES ('added', $1, $2, '', '', 'x', '', 0, 0, '', '', '', '', 0, '', 0)`,
		streams[0].Store, streams[0].Key); err != nil {
		t.Fatal(err)
	}
	if err := stalled.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if work := lease(); len(work) != 1 || work[0].ID != "added" {
		t.Errorf("leased %+v, want what was added", work)
	}
}

func TestCancelledWhileWaitingForTheHead(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	log := open(t, url)
	stalled := stall(t, url, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- appendNext(ctx, log, streams[0]) }()
	await(t, connect(t, url), "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := stalled.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := appendNext(t.Context(), log, streams[0]); err != nil {
		t.Fatal(err)
	}
	if events, err := log.ReadAll(t.Context(), 0, 10); err != nil || len(events) != 2 {
		t.Errorf("%d events, %v; want the stalled one and the last", len(events), err)
	}
}
