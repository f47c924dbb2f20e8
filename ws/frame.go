package ws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"
	"unicode/utf8"

	"github.com/composable-go/composable/store"
)

const maxID = 64 // characters

// inbound is any frame of a client; the type says which fields it has.
type inbound struct {
	Type   string                     `json:"type"`
	ID     string                     `json:"id"`
	Store  string                     `json:"store"`
	Key    string                     `json:"key"`
	Action map[string]json.RawMessage `json:"action"`
	Topics []string                   `json:"topics"`
	After  *int64                     `json:"after"`
	Name   string                     `json:"name"`
	Params json.RawMessage            `json:"params"`
	Live   bool                       `json:"live"`
}

// from is the position that a query's read models must include.
func (f inbound) from() int64 {
	if f.After == nil {
		return 0
	}
	return *f.After
}

// errNotProtocol says that bytes are no frame at all, which ends the connection.
var errNotProtocol = errors.New("ws: a frame must be a JSON object")

// parseFrame returns errNotProtocol for what is not a JSON object, and a refusal,
// together with as much of the frame as could be read, for an object whose fields
// are not as they should be.
func parseFrame(data []byte) (inbound, error) {
	var f inbound
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return f, errNotProtocol
	}
	err := json.Unmarshal(data, &f)
	if _, malformed := errors.AsType[*json.SyntaxError](err); malformed {
		return f, errNotProtocol
	}
	if utf8.RuneCountInString(f.ID) > maxID {
		f.ID = ""
		return f, errBadFrame.WithField("id", "at most 64 characters")
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return f, errBadFrame.WithField(wrong.Field, "must not be "+wrong.Value)
	}
	if err != nil {
		return f, errBadFrame.Because(err)
	}
	if f.After != nil && *f.After < 0 {
		return f, errBadFrame.WithField("after", "must not be negative")
	}
	return f, nil
}

// variant splits {"Name":{…}}, which must have exactly one key.
func (f inbound) variant() (name string, data []byte, err error) {
	if len(f.Action) != 1 {
		return "", nil, errBadFrame.WithField("action", "must be an object with exactly one key, the action's name")
	}
	for key, body := range f.Action {
		name, data = key, body
	}
	return name, data, nil
}

// outbound is a frame about topics, or a ping or pong.
type outbound struct {
	Type   string   `json:"type"`
	ID     string   `json:"id,omitempty"`
	Topics []string `json:"topics,omitempty"`
	Seq    *int64   `json:"seq,omitempty"`
}

func (f outbound) encode() []byte {
	data, _ := json.Marshal(f) // strings and numbers always encode
	return data
}

func encodeAck(id string, receipt store.Receipt) []byte {
	data, _ := json.Marshal(ackFrame{"ack", id, receipt})
	return data
}

type ackFrame struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"`
	store.Receipt
}

type resultFrame struct {
	Type     string `json:"type"`
	ID       string `json:"id,omitempty"`
	Position int64  `json:"position"`
	Data     any    `json:"data"`
}

type eventFrame struct {
	Type   string         `json:"type"`
	Topic  string         `json:"topic"`
	Seq    int64          `json:"seq"`
	Action map[string]any `json:"action"`
	Meta   eventMeta      `json:"meta"`
}

type eventMeta struct {
	At            time.Time `json:"at"`
	CorrelationID string    `json:"correlation_id"`
}

// encodeError makes the error frame of a refusal. Its details become members of
// the frame, as they do in HTTP's problem document. Who is told to come back is told
// when, in seconds.
func encodeError(id string, refusal *store.Refusal) []byte {
	frame := maps.Clone(refusal.Details)
	if frame == nil {
		frame = map[string]any{}
	}
	frame["type"], frame["code"], frame["message"] = "error", refusal.Code, refusal.Message
	delete(frame, "id")
	if _, known := frame["retry_after"]; !known && (refusal.Kind == store.Unavailable || refusal.Kind == store.RateLimited) {
		frame["retry_after"] = 1
	}
	if id != "" {
		frame["id"] = id
	}
	if len(refusal.Fields) > 0 {
		frame["fields"] = refusal.Fields
	}
	data, err := json.Marshal(frame)
	if err != nil { // a detail that is no JSON
		return encodeError(id, store.ErrInternal)
	}
	return data
}

// refusalOf returns what a client may see of err.
func refusalOf(err error) *store.Refusal {
	var refusal *store.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Kind != store.Internal:
		return refusal
	case errors.Is(err, context.DeadlineExceeded):
		return store.ErrTimeout
	}
	return store.ErrInternal
}
