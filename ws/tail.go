package ws

import (
	"cmp"
	"slices"
)

// tail holds the last messages, for those who resume soon after they were cut.
type tail struct {
	from     int64 // every message above it is here
	messages []message
	limit    int
}

func (t *tail) add(messages []message) {
	t.messages = append(t.messages, messages...)
	if len(t.messages) < 2*t.limit {
		return
	}
	drop := len(t.messages) - t.limit
	t.from = t.messages[drop-1].seq // an event's messages go together
	t.messages = slices.Clone(t.messages[drop:])
}

// reset forgets everything: the next message will be above position.
func (t *tail) reset(position int64) { t.from, t.messages = position, nil }

// since returns the messages above after; ok is false when some are gone.
func (t *tail) since(after int64) (messages []message, ok bool) {
	if after < t.from {
		return nil, false
	}
	i, _ := slices.BinarySearchFunc(t.messages, after+1, func(m message, seq int64) int { return cmp.Compare(m.seq, seq) })
	return t.messages[i:], true
}
