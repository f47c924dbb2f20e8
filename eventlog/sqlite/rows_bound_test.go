package sqlite

import (
	"fmt"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

func TestRowsInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	r := newRows(10)
	for i := range 100 {
		key := decide.RowKey{Kind: "session", Key: fmt.Sprint(i)}
		r.fill(key, r.reserve(key), eventlog.Row{Kind: key.Kind, Key: key.Key, Revision: 1})
		if _, ok := r.find(key, time.Time{}); !ok || len(r.known) > 10 {
			t.Fatalf("row %d: found %t among %d", i, ok, len(r.known))
		}
		r.hold([]decide.RowKey{{Kind: "other", Key: key.Key}})()
	}
	if len(r.known) != 10 || len(r.held) != 0 {
		t.Errorf("%d known, %d held", len(r.known), len(r.held))
	}
}
