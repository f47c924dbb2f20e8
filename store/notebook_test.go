package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// notebook is the feature that the tests of in-memory effects run: it returns the
// effects it is told to, and writes down what they send.
type notebook struct{ Lines []string }

type (
	entry interface{ isEntry() }

	do    struct{ Effects store.Effects }
	fetch struct{ Refuse bool }
	write struct{ Text string }

	written struct{ Text, By, Correlation, Causation string }
)

func (do) isEntry()      {}
func (fetch) isEntry()   {}
func (write) isEntry()   {}
func (written) isEntry() {}

// notebookReducer returns fetched for a fetch, and onWritten for each line.
type notebookReducer struct {
	fetched, onWritten store.Effects
}

func (notebookReducer) Actions() store.Actions[entry] {
	return store.Actions[entry]{
		Commands: []entry{do{}, fetch{}},
		Events:   []entry{written{}},
		Results:  []entry{write{}},
	}
}

func (r notebookReducer) Reduce(s *notebook, a entry, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case do:
		return a.Effects, nil
	case fetch:
		if a.Refuse {
			return r.fetched, errNegative
		}
		return r.fetched, nil
	case write:
		by := strings.Join(append([]string{env.Actor.ID}, env.Actor.Roles...), " ")
		return store.Effects{store.Record(written{a.Text, by, env.CorrelationID, env.CausationID})}, nil
	case written:
		s.Lines = append(s.Lines, a.Text)
		return r.onWritten, nil
	}
	return nil, nil
}

type shelf struct {
	fixture
	notebooks *store.Store[notebook, entry]
	logged    *logBuffer
}

// logBuffer is what was logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// open starts a store of notebooks.
func open(t *testing.T, log eventlog.Backend, r notebookReducer, o store.Options, register ...func(*store.Runtime)) shelf {
	t.Helper()
	logged := &logBuffer{}
	o.Logger = slog.New(slog.NewTextHandler(logged, nil))
	rt := store.NewRuntime(log, o)
	s := shelf{fixture{rt: rt}, store.New(rt, "notebook", r), logged}
	for _, r := range register {
		r(rt)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close(t) })
	return s
}

// bubble opens a store in a synctest bubble.
func bubble(t *testing.T, run func(t *testing.T, s shelf), register ...func(*store.Runtime)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, open(t, memory.New(), notebookReducer{}, store.Options{}, register...))
	})
}

func (s shelf) do(t *testing.T, key string, effects ...store.Effect) {
	t.Helper()
	if _, err := s.notebooks.Send(t.Context(), key, do{effects}); err != nil {
		t.Fatal(err)
	}
}

func (s shelf) lines(t *testing.T, key string) string {
	t.Helper()
	got, err := s.notebooks.State(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(got.State.Lines, " ")
}

// want checks what is written in the notebook now.
func (s shelf) want(t *testing.T, key, lines string) {
	t.Helper()
	if got := s.lines(t, key); got != lines {
		t.Errorf("%s: %q is written; want %q", key, got, lines)
	}
}

func says(text string) store.RunEffect {
	return store.Run(func(_ context.Context, send func(any) error) error { return send(write{text}) })
}

var errBroken = errors.New("broken")

func fails() store.RunEffect {
	return store.Run(func(context.Context, func(any) error) error { return errBroken })
}

// lingers says begun, and the text after d unless it is cancelled.
func lingers(text string, d time.Duration) store.RunEffect {
	return store.Run(func(ctx context.Context, send func(any) error) error {
		if err := send(write{text + "?"}); err != nil {
			return err
		}
		select {
		case <-time.After(d):
			return send(write{text})
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

func counts(n *atomic.Int32) store.RunEffect {
	return store.Run(func(context.Context, func(any) error) error { n.Add(1); return nil })
}
