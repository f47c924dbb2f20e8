package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// outcome is how a handler ended.
type outcome struct {
	result any
	err    error
}

var errStuck = errors.New("store: the handler did not return when its time was up")

// handle runs a handler and does not wait for one that ignores the end of its
// context for longer than a grace. A simulation, where nothing may run beside the
// step, waits.
func (w *worker) handle(ctx context.Context, h *handler, work eventlog.Work) (any, error) {
	if w.rt.options.Simulated != nil {
		return contained(ctx, h, work)
	}
	ended := make(chan outcome, 1)
	go func() {
		o := outcome{err: errors.New("store: the handler ended its goroutine")}
		defer func() { ended <- o }()
		o.result, o.err = contained(ctx, h, work)
	}()
	select {
	case o := <-ended:
		return o.result, o.err
	case <-ctx.Done():
	}
	grace := time.NewTimer(cancelGrace)
	defer grace.Stop()
	select {
	case o := <-ended:
		return o.result, o.err
	case <-grace.C:
		w.rt.Report(Incident{What: HandlerStuck, Stream: work.Stream, Name: work.Kind, Err: errStuck})
		return nil, errStuck
	}
}

// contained turns the panic of a handler into an error.
func contained(ctx context.Context, h *handler, work eventlog.Work) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, &panicError{p, debug.Stack()}
		}
	}()
	return h.run(ctx, work)
}

// panicError is a panic as an error; its text leaves the stack out.
type panicError struct {
	value any
	stack []byte
}

// Error implements error.
func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
