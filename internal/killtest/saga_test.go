package killtest

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

// The book has a line for each order, because a saga writes it there.
type (
	book       struct{}
	bookAction interface{ isBookAction() }

	note  struct{ Order string }
	noted struct{ Order string }
)

func (note) isBookAction()  {}
func (noted) isBookAction() {}

type books struct{}

func (books) Actions() store.Actions[bookAction] {
	return store.Actions[bookAction]{Commands: []bookAction{note{}}, Events: []bookAction{noted{}}}
}

func (books) Reduce(_ *book, a bookAction, _ store.Env) (store.Effects, error) {
	if a, ok := a.(note); ok {
		return store.Effects{store.Record(noted(a))}, nil
	}
	return nil, nil
}

func bookkeeping(books *store.Store[book, bookAction]) *saga.Saga {
	return saga.New("bookkeeping", books,
		saga.On("order", func(_ saga.Event, p placed) (string, bookAction) { return "orders", note{p.Order} }))
}

// booked reports whether the book has a line for each order.
func booked(ctx context.Context, log eventlog.Log) (bool, error) {
	events, err := readLog(ctx, log)
	lines := 0
	for _, e := range events {
		switch e.Name {
		case "placed":
			lines++
		case "noted":
			lines--
		}
	}
	return lines <= 0, err
}
