package postgres

import (
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// maxVersions bounds what an appender remembers: some 20 MB.
const maxVersions = 100_000

// versions remembers where streams are that this node appended to. While the head
// is where its own last append left it, nobody else has appended, and none of them
// need be looked up.
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

// recall fills the remembered streams in; it reports false, and forgets, when the
// head was moved by somebody else.
func (v *versions) recall(remembered []eventlog.StreamID, s *decide.State) bool {
	if s.Head != v.head {
		*v = versions{}
		return len(remembered) == 0
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
