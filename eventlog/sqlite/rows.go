package sqlite

import (
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// maxRows bounds how many rows are kept in memory.
const maxRows = 10_000

// rows keeps rows as they are in the file, so that one that is asked for with every
// request costs no query. It may, because every change passes by here: a commit has
// to [rows.hold] what it changes from before it is visible until after. A row that
// is held is not known and not learnt, and whoever read it before cannot add it any
// more, as the place that it reserved is gone.
type rows struct {
	max int

	mu    sync.RWMutex
	known map[decide.RowKey]*place
	held  map[decide.RowKey]int // by how many commits
}

// place is where a row goes that is being read. While it is in the map nobody
// changes the row.
type place struct {
	row    eventlog.Row
	filled bool
}

func newRows(most int) *rows {
	return &rows{max: most, known: map[decide.RowKey]*place{}, held: map[decide.RowKey]int{}}
}

// find returns a known row that is live at now.
func (r *rows) find(key decide.RowKey, now time.Time) (eventlog.Row, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	p := r.known[key]
	if p == nil || !p.filled || !decide.Live(p.row, now) {
		return eventlog.Row{}, false
	}
	return p.row, true
}

// reserve precedes the reading of a row; nil when it must not be kept.
func (r *rows) reserve(key decide.RowKey) *place {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[key] > 0 {
		return nil
	}
	p := r.known[key]
	if p == nil {
		r.makeRoom()
		p = &place{}
		r.known[key] = p
	}
	return p
}

// makeRoom forgets any row: maps are ranged over in no order.
func (r *rows) makeRoom() {
	for key := range r.known {
		if len(r.known) < r.max {
			return
		}
		delete(r.known, key)
	}
}

// fill says what was read for a place, the zero row when there was none.
func (r *rows) fill(key decide.RowKey, p *place, row eventlog.Row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case p == nil || r.known[key] != p:
	case row.Revision == 0:
		delete(r.known, key)
	default:
		p.row, p.filled = row, true
	}
}

// hold forgets rows, and has them neither known nor learnt until release is called.
func (r *rows) hold(keys []decide.RowKey) (release func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		delete(r.known, key)
		r.held[key]++
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, key := range keys {
			if r.held[key]--; r.held[key] == 0 {
				delete(r.held, key)
			}
		}
	}
}
