package decide

import "github.com/composable-go/composable/eventlog"

// CommandKey identifies a command within its stream.
type CommandKey struct {
	Stream eventlog.StreamID
	ID     string
}

// RowKey identifies a row.
type RowKey struct{ Kind, Key string }

// WorkKey identifies work within its stream.
type WorkKey struct {
	Stream eventlog.StreamID
	Key    string
}

// Needs names everything that deciding a batch depends on, each once.
type Needs struct {
	Streams  []eventlog.StreamID
	Commands []CommandKey
	Claims   []string
	Rows     []RowKey
	WorkIDs  []string
	WorkKeys []WorkKey
}

// BeyondStreams reports whether versions of streams are not enough to decide.
func (n Needs) BeyondStreams() bool {
	return len(n.Commands)+len(n.Claims)+len(n.Rows)+len(n.WorkIDs)+len(n.WorkKeys) > 0
}

// NeedsOf collects the needs of the valid appends of the batch.
func NeedsOf(batch []eventlog.Append) Needs {
	var n Needs
	streams := make(once[eventlog.StreamID], len(batch))
	commands := make(once[CommandKey], len(batch))
	claims, rows := once[string]{}, once[RowKey]{}
	ids, keys := once[string]{}, once[WorkKey]{}
	for i := range batch {
		a := &batch[i]
		if !valid(a) {
			continue
		}
		if !a.Stream.IsZero() {
			n.Streams = streams.add(n.Streams, a.Stream)
		}
		if a.CommandID != "" {
			n.Commands = commands.add(n.Commands, CommandKey{a.Stream, a.CommandID})
		}
		for _, c := range a.Claims {
			n.Claims = claims.add(n.Claims, c.Key)
		}
		for _, c := range a.Rows {
			n.Rows = rows.add(n.Rows, RowKey{c.Row.Kind, c.Row.Key})
		}
		if a.Done != (eventlog.Lease{}) {
			n.WorkIDs = ids.add(n.WorkIDs, a.Done.ID)
		}
		for _, key := range a.Cancel {
			n.WorkKeys = keys.add(n.WorkKeys, WorkKey{a.Stream, key})
		}
		for _, w := range a.Work {
			if w.Key != "" {
				n.WorkKeys = keys.add(n.WorkKeys, WorkKey{asker(a, w), w.Key})
			}
		}
	}
	return n
}

// once appends to a list what it has not seen.
type once[K comparable] map[K]struct{}

func (o once[K]) add(list []K, k K) []K {
	if _, seen := o[k]; seen {
		return list
	}
	o[k] = struct{}{}
	return append(list, k)
}

func asker(a *eventlog.Append, w eventlog.Work) eventlog.StreamID {
	if w.Stream.IsZero() {
		return a.Stream
	}
	return w.Stream
}
