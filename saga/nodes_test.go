package saga_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
)

// TestAnotherNodeTakesOver kills the node that runs the saga by its connections, in
// the middle of its work.
func TestAnotherNodeTakesOver(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	open := func() (*postgres.Log, *node) {
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		return log, newNode(t, log, parcels{})
	}
	firstLog, first := open()
	log, second := open()
	order(t, log, "ann", numbers(0, 300)...)
	first.start()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := first.parcels.Await(ctx, "ann", func(p parcel) bool { return len(p.Items) > 50 }); err != nil {
		t.Fatal(err)
	}
	second.start()
	if err := firstLog.Close(); err != nil {
		t.Fatal(err)
	}
	order(t, log, "ann", numbers(300, 400)...)
	s, err := second.parcels.Await(ctx, "ann", func(p parcel) bool { return len(p.Items) >= 400 })
	if err != nil || !slices.Equal(s.State.Items, numbers(0, 400)) {
		t.Errorf("items = %q, %v; want each once, in order", s.State.Items, err)
	}
	first.stop()
	if s := second.status(); s.Err != nil {
		t.Errorf("status = %+v; want no trouble", s)
	}
}
