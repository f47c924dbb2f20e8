package elastic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
)

// Bulk takes what one event does to documents of the index. It happens after the
// handler has returned.
type Bulk struct {
	position int64
	actions  []action
}

// action is a part of a bulk request.
type action struct {
	position int64
	id       string
	delete   bool
	lines    []byte
}

// target is what an action's first line names. The version may be there already: the
// event comes again, or has a second action on the document.
type target struct {
	ID          string `json:"_id"`
	Version     int64  `json:"version"`
	VersionType string `json:"version_type"`
}

var errNoID = errors.New("a document needs an id")

// Index puts a document, which is encoded as JSON, in the place of the one with this
// id, if there is one. Ids have up to 512 bytes.
func (b *Bulk) Index(id string, document any) error {
	source, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("document %q: %w", id, err)
	}
	return b.add("index", id, source)
}

// Delete removes the document with this id, if there is one.
func (b *Bulk) Delete(id string) error { return b.add("delete", id) }

func (b *Bulk) add(verb, id string, source ...[]byte) error {
	if id == "" {
		return errNoID
	}
	first, err := json.Marshal(map[string]target{verb: {id, b.position, "external_gte"}})
	if err != nil {
		return err
	}
	lines := append(bytes.Join(append([][]byte{first}, source...), []byte("\n")), '\n')
	b.actions = append(b.actions, action{b.position, id, len(source) == 0, lines})
	return nil
}

// actions returns what the events become.
func (s *sink) actions(ctx context.Context, events []eventlog.Event) (all []action, err error) {
	for _, e := range events {
		b := &Bulk{position: e.Position}
		if err := s.Handlers.Apply(ctx, b, e); err != nil {
			return nil, err
		}
		all = append(all, b.actions...)
	}
	return all, nil
}

// bulk carries the actions out, for searches to find. What is too large for one
// request goes in two.
func (s *sink) bulk(ctx context.Context, actions []action) error {
	if len(actions) == 0 {
		return nil
	}
	var body []byte
	for _, a := range actions {
		body = append(body, a.lines...)
	}
	var answer struct{ Items []map[string]item }
	err := s.cluster.send(ctx, http.MethodPost, "/"+s.index+"/_bulk?refresh=true", typeNDJSON, body, &answer)
	if answers(err, http.StatusRequestEntityTooLarge) {
		return s.halve(ctx, actions, err)
	}
	if err != nil {
		return err
	}
	if len(answer.Items) != len(actions) {
		return fmt.Errorf("the cluster answers %d actions with %d items", len(actions), len(answer.Items))
	}
	return judge(actions, answer.Items)
}

func (s *sink) halve(ctx context.Context, actions []action, tooLarge error) error {
	half := len(actions) / 2
	if half == 0 {
		return actions[0].poison(tooLarge.Error())
	}
	if err := s.bulk(ctx, actions[:half]); err != nil {
		return err
	}
	return s.bulk(ctx, actions[half:])
}

func (a action) poison(why string) error {
	return &projection.EventError{Position: a.position, Err: fmt.Errorf("document %q: %s", a.id, why)}
}

// item is the outcome of an action.
type item struct {
	Status int
	Error  *reason
}

// judge finds the first action that can never be carried out, or else one that could
// not be now.
func judge(actions []action, items []map[string]item) (err error) {
	for i, a := range actions {
		for _, outcome := range items[i] { // one, under the action's name
			switch {
			case outcome.Status/100 == 2:
			case outcome.Status == http.StatusConflict: // what is there is newer
			case outcome.Status == http.StatusNotFound && a.delete && outcome.Error == nil:
			case outcome.Status == http.StatusBadRequest:
				return a.poison(outcome.reason())
			case err == nil:
				err = fmt.Errorf("document %q: %w", a.id, &failure{outcome.Status, outcome.reason()})
			}
		}
	}
	return err
}

func (i item) reason() string {
	if i.Error == nil {
		return "no reason given"
	}
	return i.Error.String()
}
