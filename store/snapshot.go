package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// closedEvent is the engine's own event: the stream takes no further action.
const closedEvent = "store.closed"

// saved is a snapshot's content.
type saved[S any] struct {
	Closed bool `json:"closed,omitempty"`
	State  S    `json:"state"`
}

// load begins the cell from a snapshot, if there is one that can be read, and
// returns the first page of the events after it.
func (s *Store[S, A]) load(ctx context.Context, c *cell[S]) (events []eventlog.Event, err error) {
	id := eventlog.StreamID{Store: s.name, Key: c.key}
	snapshot, found, events, err := s.rt.backend.Load(ctx, id, s.schema, readPage)
	if err != nil || !found {
		return events, err
	}
	var content saved[S]
	if err := json.Unmarshal(snapshot.Data, &content); err != nil {
		s.rt.options.Logger.Warn("store: a snapshot cannot be read; its events will be", "stream", id.String(), "error", err)
		return s.rt.backend.ReadStream(ctx, id, 0, readPage)
	}
	c.state, c.closed = content.State, content.Closed
	c.version, c.position, c.snapshot = snapshot.Version, snapshot.Position, snapshot.Version
	return events, nil
}

// snapshotDue reports whether so much has happened since the last snapshot that
// another is worth its while.
func (s *Store[S, A]) snapshotDue(c *cell[S]) bool {
	return s.schema != "" && c.version-c.snapshot >= int64(s.rt.options.SnapshotEvery)
}

// takeSnapshot encodes the state and hands it over to be saved once the commit
// that led to it is durable. The cell's mutex is held.
func (s *Store[S, A]) takeSnapshot(c *cell[S], after *commit) {
	content := saved[S]{c.closed, c.state}
	data, err := json.Marshal(content)
	if err != nil {
		s.rejectSnapshot(c.key, err)
		c.snapshot = c.version // to be tried again when as much has happened
		return
	}
	snapshot := eventlog.Snapshot{
		Stream: eventlog.StreamID{Store: s.name, Key: c.key}, Version: c.version, Position: c.position, Schema: s.schema, Data: data,
	}
	if s.rt.saver.offer(s.rt.options.Simulated != nil, func() { s.saveSnapshot(snapshot, after) }) {
		c.snapshot = c.version
	}
}

// saveSnapshot writes a snapshot that reads back as it was written.
func (s *Store[S, A]) saveSnapshot(snapshot eventlog.Snapshot, after *commit) {
	if after != nil {
		<-after.done
		if after.lineage.broken.Load() {
			return
		}
		snapshot.Position = after.outcome.Position
	}
	var back saved[S]
	err := json.Unmarshal(snapshot.Data, &back)
	if err == nil {
		again, _ := json.Marshal(back) // what was decoded can be encoded
		if !bytes.Equal(again, snapshot.Data) {
			err = errors.New("the state does not survive a trip through JSON")
		}
	}
	if err != nil {
		s.rejectSnapshot(snapshot.Stream.Key, err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	if err := s.rt.backend.SaveSnapshot(ctx, snapshot); err != nil {
		s.rt.options.Logger.Warn("store: cannot save a snapshot", "stream", snapshot.Stream.String(), "error", err)
	}
}

func (s *Store[S, A]) rejectSnapshot(key string, err error) {
	id := eventlog.StreamID{Store: s.name, Key: key}
	s.rt.options.Logger.Error("store: no snapshot is taken", "stream", id.String(), "error", err)
	s.rt.Report(Incident{What: SnapshotRejected, Stream: id, Err: err})
}

// slowLoad is the time of a load after which a snapshot is taken whatever the
// number of events.
const slowLoad = 50 * time.Millisecond
