package killtest

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// mortal is a log whose use passes the points.
type mortal struct {
	eventlog.Backend
	fuse  *fuse
	kinds sync.Map // of the work items seen, by id
}

// Append passes the points before and after each append that takes effect.
func (m *mortal) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	for _, a := range batch {
		m.note(a.Work)
		m.fuse.reach(m.before(a))
	}
	outcomes, err := m.Backend.Append(ctx, batch)
	for i, o := range outcomes {
		if o.Err == nil && !o.Duplicate {
			m.passed(batch[i])
		}
	}
	return outcomes, err
}

func (m *mortal) note(work []eventlog.Work) {
	for _, w := range work {
		m.kinds.Store(w.ID, w.Kind)
	}
}

// before says what is about to happen with an append.
func (m *mortal) before(a eventlog.Append) point {
	switch {
	case strings.Contains(a.CommandID, "saga/"):
		return following
	case a.CommandID != "":
		return decided
	case len(a.Rows) > 0 && a.Rows[0].Row.Kind == "saga.checkpoint":
		return marking
	}
	kind, _ := m.kinds.Load(a.Done.ID)
	switch {
	case kind == "charge":
		return completing
	case kind == "timer":
		return firing
	case kind == "dispatch" && a.Stream.Store == "order":
		return refusing
	case kind == "dispatch":
		return dispatching
	}
	return never
}

func (m *mortal) passed(a eventlog.Append) {
	switch m.before(a) {
	case decided:
		m.fuse.reach(committed)
	case following:
		m.fuse.reach(followed)
	case marking:
		m.fuse.reach(marked)
	case completing:
		m.fuse.reach(completed)
	case firing:
		m.fuse.reach(fired)
	case refusing:
		m.fuse.reach(refused)
	case dispatching:
		m.fuse.reach(dispatched)
	}
	for _, w := range a.Work {
		if w.Owner != "" {
			m.fuse.reach(handedOver)
		}
	}
}

func (m *mortal) Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds eventlog.Kinds) ([]eventlog.Work, error) {
	work, err := m.Backend.Lease(ctx, owner, now, until, limit, kinds)
	m.note(work)
	for range work {
		m.fuse.reach(leased)
	}
	return work, err
}

func (m *mortal) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	m.fuse.reach(releasing)
	err := m.Backend.Release(ctx, lease, due, failure)
	if err == nil {
		m.fuse.reach(released)
	}
	return err
}

func (m *mortal) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	m.fuse.reach(burying)
	err := m.Backend.Bury(ctx, lease, failure)
	if err == nil {
		m.fuse.reach(buried)
	}
	return err
}
