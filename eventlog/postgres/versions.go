package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// maxVersions bounds what an appender remembers: some 20 MB.
const maxVersions = 100_000

// maxFollowed is how many events of other nodes are read to keep up with them.
const maxFollowed = 1000

// versions remembers where streams are that this node appended to, as of a head.
// Those need not be looked up, but for what other nodes have appended since.
type versions struct {
	head    int64
	streams map[eventlog.StreamID]int64
}

// split tells the streams that are remembered from those to be looked up.
func (v *versions) split(streams []eventlog.StreamID) (remembered, unknown []eventlog.StreamID) {
	for _, id := range streams {
		if _, ok := v.streams[id]; ok {
			remembered = append(remembered, id)
		} else {
			unknown = append(unknown, id)
		}
	}
	return remembered, unknown
}

// moves are the streams that other nodes have appended to, and by how many events.
type moves struct {
	streams map[eventlog.StreamID]int64
	count   int64
}

// follow queues the reading of what other nodes have appended, up to a limit.
func (v *versions) follow(b *pgx.Batch) *moves {
	m := &moves{streams: map[eventlog.StreamID]int64{}}
	if v.streams == nil {
		return m
	}
	b.Queue("SELECT store, stream, version FROM eventlog_events WHERE position > $1 ORDER BY position LIMIT $2", v.head, maxFollowed).
		Query(each(func(rows pgx.Rows) error {
			var id eventlog.StreamID
			var version int64
			err := rows.Scan(&id.Store, &id.Key, &version)
			m.streams[id] = version
			m.count++
			return err
		}))
	return m
}

// recall fills the remembered streams in, after the moves of others. It reports
// false, and forgets, when those were too many to follow.
func (v *versions) recall(remembered []eventlog.StreamID, m *moves, s *decide.State) bool {
	if v.head+m.count != s.Head {
		*v = versions{}
		return len(remembered) == 0
	}
	v.head = s.Head
	for id, version := range m.streams {
		if _, known := v.streams[id]; known {
			v.streams[id] = version
		}
	}
	for _, id := range remembered {
		s.Versions[id] = v.streams[id]
	}
	return true
}

func (v *versions) remember(c *decide.Changes) {
	if v.streams == nil || len(v.streams) > maxVersions {
		v.streams = map[eventlog.StreamID]int64{}
	}
	v.head = c.Head
	for _, e := range c.Events {
		v.streams[e.Stream] = e.Version
	}
}
