package eventlogtest

import (
	"context"

	"github.com/composable-go/composable/eventlog"
)

var waitTests = []test{
	{"at once when the head is above", func(l *log) {
		l.waits(-1, 0)
		l.must(events("a", 0, 3))
		l.waits(-1, 3)
		l.waits(2, 3)
	}},
	{"wakes for an append", func(l *log) {
		type result struct {
			head int64
			err  error
		}
		woken := make(chan result, 1)
		go func() {
			head, err := l.Wait(l.ctx, 0)
			woken <- result{head, err}
		}()
		l.must(eventlog.Append{})
		l.must(events("a", 0, 1))
		got := <-woken
		l.check(got.err)
		l.same(got.head, int64(1))
	}},
	{"ends with its context", func(l *log) {
		l.must(events("a", 0, 1))
		ctx, cancel := context.WithCancel(l.ctx)
		ended := make(chan error, 1)
		go func() {
			head, err := l.Wait(ctx, 1)
			if head != 1 {
				l.t.Errorf("head is %d, want 1", head)
			}
			ended <- err
		}()
		cancel()
		l.fails(<-ended, context.Canceled)
	}},
	{"ends with Close", func(l *log) {
		ended := make(chan error, 1)
		go func() {
			_, err := l.Wait(l.ctx, 0)
			ended <- err
		}()
		l.check(l.Close())
		l.fails(<-ended, eventlog.ErrClosed)
	}},
}

func (l *log) waits(after, want int64) {
	l.t.Helper()
	head, err := l.Wait(l.ctx, after)
	l.check(err)
	l.same(head, want)
}
