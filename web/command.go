package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/composable-go/composable/store"
)

// Responder makes the answer to a command out of the state it led to.
type Responder[S any] struct {
	status int
	view   func(*Request, S) (any, error)
}

// OK answers 200 with the view of the state.
func OK[S any](view func(*Request, S) (any, error)) Responder[S] {
	return Responder[S]{http.StatusOK, view}
}

// Created answers 201 with the view of the state.
func Created[S any](view func(*Request, S) (any, error)) Responder[S] {
	return Responder[S]{http.StatusCreated, view}
}

// Accepted answers 202 with the view of the state: the work goes on.
func Accepted[S any](view func(*Request, S) (any, error)) Responder[S] {
	return Responder[S]{http.StatusAccepted, view}
}

// Command sends what from makes of the request and answers with the state it led
// to, its ETag, and the Store-Position from which reads see it. With an
// Idempotency-Key the state is that of the receipt's version, so that a
// repetition is answered as the first time; another content under the same key
// is 409. An If-Match that does not hold is 412.
func Command[S, A any](
	s *store.Store[S, A], from func(*Request) (key string, action A, err error), respond Responder[S],
) http.HandlerFunc {
	return Handle(func(w http.ResponseWriter, r *Request) error {
		key, action, err := from(r)
		if err != nil {
			return err
		}
		receipt, err := s.Send(r.Context(), key, action)
		if err != nil {
			return err
		}
		return answerAt(w, r, s, receipt, respond)
	})
}

// CommandAndAwait is [Command] for work that goes on after the commit: it answers
// once the stream's state satisfies done. When that takes longer than within after
// the commit, it answers 202 with the state right after the command.
func CommandAndAwait[S, A any](
	s *store.Store[S, A], from func(*Request) (key string, action A, err error),
	done func(S) bool, within time.Duration, respond Responder[S],
) http.HandlerFunc {
	return Handle(func(w http.ResponseWriter, r *Request) error {
		key, action, err := from(r)
		if err != nil {
			return err
		}
		receipt, err := s.Send(r.Context(), key, action)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		snapshot, err := s.Await(ctx, key, done)
		if errors.Is(err, store.ErrTimeout) {
			return answerAt(w, r, s, receipt, Accepted(respond.view))
		}
		if err != nil {
			return err
		}
		return respond.answer(w, r, snapshot, receipt)
	})
}

func answerAt[S, A any](
	w http.ResponseWriter, r *Request, s *store.Store[S, A], receipt store.Receipt, respond Responder[S],
) error {
	snapshot, err := s.State(r.Context(), receipt.Key, store.AtLeast(receipt.Version))
	if err == nil && snapshot.Version != receipt.Version && r.commandID != "" { // a repetition must see what this answer shows
		snapshot, err = s.State(r.Context(), receipt.Key, store.AtVersion(receipt.Version))
	}
	if err != nil {
		return err
	}
	return respond.answer(w, r, snapshot, receipt)
}

func (respond Responder[S]) answer(w http.ResponseWriter, r *Request, s store.Snapshot[S], receipt store.Receipt) error {
	// Also when the view refuses: the command is committed.
	SetPosition(w, max(receipt.Position, s.Position))
	body, err := respond.view(r, s.State)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", ETag(s.Version))
	return Reply(w, respond.status, body)
}

// SetPosition tells from which position on reads see what was done.
func SetPosition(w http.ResponseWriter, position int64) {
	w.Header().Set("Store-Position", strconv.FormatInt(position, 10))
}

// Reply answers with v as JSON. It is an error, and nothing is written, when v
// cannot be encoded.
func Reply(w http.ResponseWriter, status int, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: cannot encode the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "private, no-cache")
	}
	w.WriteHeader(status)
	_, _ = w.Write(data)
	return nil
}
