package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/composable-go/composable/projection"
)

// checkpoints is the index of the checkpoints; their ids are the projections' names.
const checkpoints = "projection_checkpoints"

type sink struct {
	projection.Handlers[*Bulk]

	cluster    Cluster
	index      string
	definition string
}

// checkpoint is a document, with what it takes to change it as the only one.
type checkpoint struct {
	Found       bool
	SeqNo       int64    `json:"_seq_no"`
	PrimaryTerm int64    `json:"_primary_term"`
	Source      position `json:"_source"`
}

type position struct {
	Position int64 `json:"position"`
}

// Prepare implements [projection.Sink]. The checkpoint of an index that is gone
// starts anew before there is an index again, so that a crash in between is harmless.
func (s *sink) Prepare(ctx context.Context) error {
	err := s.create(ctx, checkpoints, `{"mappings":{"properties":{"position":{"type":"long"}}}}`)
	if err != nil {
		return err
	}
	if err := s.exists(ctx, s.index); !answers(err, http.StatusNotFound) {
		return err
	}
	if err := s.write(ctx, "/_doc/"+s.index, 0); err != nil {
		return err
	}
	return s.create(ctx, s.index, s.definition)
}

// create creates an index, unless somebody else has.
func (s *sink) create(ctx context.Context, index, definition string) error {
	err := s.cluster.send(ctx, http.MethodPut, "/"+index, typeJSON, []byte(definition), nil)
	if err != nil && s.exists(ctx, index) == nil {
		return nil
	}
	return err
}

func (s *sink) exists(ctx context.Context, index string) error {
	return s.cluster.send(ctx, http.MethodHead, "/"+index, "", nil, nil)
}

// Position implements [projection.Sink].
func (s *sink) Position(ctx context.Context) (int64, error) {
	c, err := s.checkpoint(ctx)
	return c.Source.Position, err
}

func (s *sink) checkpoint(ctx context.Context) (c checkpoint, err error) {
	err = s.cluster.send(ctx, http.MethodGet, "/"+checkpoints+"/_doc/"+s.index, "", nil, &c)
	if answers(err, http.StatusNotFound) {
		return checkpoint{}, nil
	}
	return c, err
}

// Apply implements [projection.Sink].
func (s *sink) Apply(ctx context.Context, b projection.Batch) (int64, error) {
	c, err := s.checkpoint(ctx)
	if err != nil || c.Source.Position != b.After {
		return c.Source.Position, err
	}
	actions, err := s.actions(ctx, b.Events)
	if err != nil {
		return 0, err
	}
	if err := s.bulk(ctx, actions); err != nil {
		return 0, err
	}
	path := "/_create/" + s.index
	if c.Found {
		path = fmt.Sprintf("/_doc/%s?if_seq_no=%d&if_primary_term=%d", s.index, c.SeqNo, c.PrimaryTerm)
	}
	err = s.write(ctx, path, b.Through)
	if answers(err, http.StatusConflict) { // another node was faster
		return s.Position(ctx)
	}
	return b.Through, err
}

// write writes the checkpoint.
func (s *sink) write(ctx context.Context, path string, to int64) error {
	body, err := json.Marshal(position{to})
	if err != nil {
		return err
	}
	return s.cluster.send(ctx, http.MethodPut, "/"+checkpoints+path, typeJSON, body, nil)
}

// answers reports whether an error is an answer with this status.
func answers(err error, status int) bool {
	var f *failure
	return errors.As(err, &f) && f.status == status
}
