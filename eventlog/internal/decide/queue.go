package decide

import (
	"slices"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// queue is the work that a batch touches: loaded items and new ones.
type queue struct {
	items   map[string]*item // by id
	keyed   map[WorkKey][]*item
	fresh   []*item
	dropped []string
}

type item struct {
	Work
	insert *eventlog.Work // nil when it was loaded
	gone   bool
}

func newQueue(loaded []Work) *queue {
	q := &queue{items: map[string]*item{}, keyed: map[WorkKey][]*item{}}
	for _, w := range loaded {
		q.track(&item{Work: w})
	}
	return q
}

func (q *queue) track(it *item) {
	q.items[it.ID] = it
	if it.Key.Key != "" {
		q.keyed[it.Key] = append(q.keyed[it.Key], it)
	}
}

func (q *queue) holds(l eventlog.Lease) bool {
	it, ok := q.items[l.ID]
	return ok && l.Owner != "" && it.Owner == l.Owner
}

func (q *queue) drop(id string) {
	it, ok := q.items[id]
	if !ok {
		return
	}
	it.gone = true
	delete(q.items, id)
	q.keyed[it.Key] = slices.DeleteFunc(q.keyed[it.Key], func(other *item) bool { return other == it })
	if it.insert == nil {
		q.dropped = append(q.dropped, id)
	}
}

func (q *queue) cancel(key WorkKey) {
	for _, it := range slices.Clone(q.keyed[key]) {
		q.drop(it.ID)
	}
}

func (q *queue) add(asker eventlog.StreamID, w eventlog.Work) {
	w.Stream, w.Due, w.Meta = asker, Time(w.Due), Meta(w.Meta)
	if w.Lane != "" {
		w.Owner = "" // whether its turn has come is for the queue to say
	}
	w.Attempt, w.Failures, w.LeasedUntil = 0, nil, leasedUntil(w)
	if w.Owner != "" {
		w.Attempt = 1
	}
	it := &item{Work: Work{ID: w.ID, Key: WorkKey{asker, w.Key}, Owner: w.Owner}, insert: &w}
	if w.Key != "" {
		q.cancel(it.Key)
	}
	q.drop(w.ID)
	q.track(it)
	q.fresh = append(q.fresh, it)
}

func (q *queue) added() []eventlog.Work {
	var work []eventlog.Work
	for _, it := range q.fresh {
		if !it.gone {
			work = append(work, *it.insert)
		}
	}
	return work
}

func leasedUntil(w eventlog.Work) time.Time {
	if w.Owner == "" {
		return time.Time{}
	}
	return Time(w.LeasedUntil)
}
