package store

import (
	"encoding/json"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// journal is what is kept, beside the first event of an append, of the decision
// behind it. Contents of commands and effects are left out: they may be secret.
type journal struct {
	Action  string          `json:"action"`
	Effects []journalEffect `json:"effects,omitempty"`
}

// journalEffect is one effect: ID names it in the queue, To and Action say where a
// dispatch goes or what a timer sends.
type journalEffect struct {
	ID     string    `json:"id,omitempty"`
	Kind   string    `json:"kind"`
	Key    string    `json:"key,omitempty"`
	To     string    `json:"to,omitempty"`
	Action string    `json:"action,omitempty"`
	Due    time.Time `json:"due,omitzero"`
}

// write puts the journal beside the append's first event, if it has one.
func (j journal) write(a *eventlog.Append) error {
	if len(a.Events) == 0 {
		return nil
	}
	data, err := json.Marshal(j)
	if err != nil {
		return &bugError{err}
	}
	a.Events[0].Journal = data
	return nil
}
