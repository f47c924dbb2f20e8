package eventlogtest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
)

// log is a backend whose calls must not fail.
type log struct {
	eventlog.Backend
	t   *testing.T
	ctx context.Context
}

func newLog(t *testing.T, b eventlog.Backend) *log {
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return &log{Backend: b, t: t, ctx: t.Context()}
}

// noon is the time at which everything happens, with all digits that are kept.
var noon = time.Date(2030, 5, 17, 12, 0, 0, 123456000, time.UTC)

func minutes(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

func stream(key string) eventlog.StreamID { return eventlog.StreamID{Store: "order", Key: key} }

// events returns an append of n events named "Happened" at noon.
func events(key string, expected int64, n int) eventlog.Append {
	a := eventlog.Append{Stream: stream(key), Expected: expected, Meta: eventlog.Meta{At: noon}}
	for i := range n {
		a.Events = append(a.Events, eventlog.NewEvent{Name: "Happened", Data: []byte(`{"n":` + strconv.Itoa(i) + `}`)})
	}
	return a
}

var errFailed = errors.New("the whole batch failed")

// append may be called from any goroutine: when the batch fails, the test goes
// on with outcomes that failed.
func (l *log) append(batch ...eventlog.Append) []eventlog.Outcome {
	l.t.Helper()
	outcomes, err := l.Append(l.ctx, batch)
	if err == nil && len(outcomes) == len(batch) {
		return outcomes
	}
	l.t.Errorf("Append: %d outcomes for %d appends, error %v", len(outcomes), len(batch), err)
	failed := make([]eventlog.Outcome, len(batch))
	for i := range failed {
		failed[i].Err = errFailed
	}
	return failed
}

// try appends alone and returns the outcome's error.
func (l *log) try(a eventlog.Append) error {
	l.t.Helper()
	return l.append(a)[0].Err
}

// must appends alone, which has to succeed.
func (l *log) must(a eventlog.Append) eventlog.Outcome {
	l.t.Helper()
	o := l.append(a)[0]
	if o.Err != nil {
		l.t.Fatalf("Append: %v", o.Err)
	}
	return o
}

func (l *log) all() []eventlog.Event {
	l.t.Helper()
	found, err := l.ReadAll(l.ctx, 0, 1_000_000)
	l.check(err)
	return found
}

func (l *log) check(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// fails demands that err is want.
func (l *log) fails(err, want error) {
	l.t.Helper()
	if !errors.Is(err, want) {
		l.t.Fatalf("got error %v, want %v", err, want)
	}
}

func (l *log) same(got, want any) {
	l.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		l.t.Fatalf("got + want -:\n%s", diff)
	}
}
