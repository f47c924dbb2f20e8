package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// desk answers questions, when it is told how; it writes down what it was asked.
type desk struct {
	mu      sync.Mutex
	asked   []string
	running int
	most    int
	answer  func(ctx context.Context, q question) (action, error)
}

func (d *desk) handle(ctx context.Context, q question, _ store.Key) (action, error) {
	d.mu.Lock()
	d.asked = append(d.asked, q.Text)
	d.running++
	d.most = max(d.most, d.running)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		d.running--
		d.mu.Unlock()
	}()
	return d.answer(ctx, q)
}

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

func startDesk(t *testing.T, d *desk, policies ...store.Policy) fixture {
	t.Helper()
	return start(t, memory.New(), func(rt *store.Runtime) { store.Handle(rt, d.handle, policies...) })
}

func slowly(ctx context.Context, q question) (action, error) {
	<-time.After(time.Second)
	return answer(q), ctx.Err()
}

func TestConcurrencyIsBoundedPerKind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: slowly}
		f := startDesk(t, d, store.Concurrency(3))
		for i := range 10 {
			f.send(t, strconv.Itoa(i), ask{"why"})
		}
		f.send(t, "other", addTo{"b", 1}) // is not held up
		synctest.Wait()
		if s := f.state(t, "b"); s.Count != 1 || d.count() != 3 {
			t.Errorf("count = %d with %d asked; want 1 and 3", s.Count, d.count())
		}
		advance(4 * time.Second)
		if d.most != 3 || d.count() != 10 {
			t.Errorf("%d asked, %d at a time; want 10, 3", d.count(), d.most)
		}
	})
}

func TestInOrderCarriesOutAStreamsEffectsOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var failed atomic.Bool
		d := &desk{answer: func(ctx context.Context, q question) (action, error) {
			if q.Text == "1" && !failed.Swap(true) {
				return nil, errors.New("not now")
			}
			return slowly(ctx, q)
		}}
		f := startDesk(t, d, store.InOrder{}, store.Retry{Base: time.Minute})
		for i := range 4 {
			f.send(t, "a", ask{strconv.Itoa(i)})
		}
		f.send(t, "b", ask{"other"})
		advance(10 * time.Second)
		if s := f.state(t, "b"); len(s.Notes) != 1 {
			t.Error("another stream was held up")
		}
		advance(2 * time.Minute)
		if want := []string{"0", "1", "2", "3"}; !slices.Equal(f.state(t, "a").Notes, want) {
			t.Errorf("notes = %q, want %q", f.state(t, "a").Notes, want)
		}
	})
}

func TestDispatchesInOrderArriveInOrder(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := start(t, log)
	const n = 50
	for i := range n {
		f.send(t, "a", series{"b", 2 * i})
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := f.counters.Await(ctx, "b", func(c counter) bool { return c.Count == n*(2*n-1) }); err != nil {
		t.Fatal(err)
	}
	events, err := log.ReadStream(ctx, eventlog.StreamID{Store: "counter", Key: "b"}, 0, 2*n)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if want := fmt.Sprintf(`{"By":%d}`, i); string(e.Data) != want {
			t.Fatalf("event %d is %s, want %s", i+1, e.Data, want)
		}
	}
}

func TestBreakerSparesWhatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		down := true
		d := &desk{answer: func(_ context.Context, q question) (action, error) {
			mu.Lock()
			defer mu.Unlock()
			if down {
				return nil, errors.New("no answer")
			}
			return answer(q), nil
		}}
		f := startDesk(t, d, store.Breaker{Failures: 3, Pause: time.Minute}, store.Retry{Base: time.Second, Cap: time.Second, Max: 5})
		for i := range 20 {
			f.send(t, strconv.Itoa(i), ask{"why"})
		}
		advance(50 * time.Second)
		if asked := d.count(); asked < 3 || asked > 20 {
			t.Errorf("asked %d times before the breaker's pause ended; want 3 in a row and those already under way", asked)
		}
		if s := f.rt.Effects(); len(s) != 1 || s[0].Breaker != "open" {
			t.Errorf("effects = %+v; want an open breaker", s)
		}
		before := d.count()
		advance(time.Minute)
		if probes := d.count() - before; probes != 1 {
			t.Errorf("%d probes, want 1", probes)
		}
		mu.Lock()
		down = false
		mu.Unlock()
		advance(3 * time.Minute)
		for i := range 20 {
			if s := f.state(t, strconv.Itoa(i)); len(s.Notes) != 1 {
				t.Errorf("%d has no answer: its attempts ran out while the breaker was open", i)
			}
		}
	})
}

func TestAPermanentErrorDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(context.Context, question) (action, error) {
			return nil, store.Permanent(errors.New("no such thing"))
		}}
		f := startDesk(t, d, store.Breaker{Failures: 2})
		for range 10 {
			f.send(t, "a", ask{"why"})
		}
		advance(time.Second)
		if d.count() != 10 {
			t.Errorf("asked %d times, want 10", d.count())
		}
	})
}

func TestGivingUpComesBackToTheStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(context.Context, question) (action, error) { return nil, errors.New("closed today") }}
		f := startDesk(t, d, store.Retry{Max: 2}, store.OnGivingUp(func(q question, cause error) action {
			return answer{q.Text + ": " + cause.Error()}
		}))
		f.send(t, "a", ask{"why"})
		advance(time.Minute)
		if s := f.state(t, "a"); !slices.Equal(s.Notes, []string{"why: closed today"}) {
			t.Errorf("notes = %q", s.Notes)
		}
		if dead, err := f.rt.DeadLetters(t.Context(), 1); len(dead) != 0 || err != nil {
			t.Errorf("%d dead letters, %v; want none", len(dead), err)
		}
	})
}

func TestDeadLetterTellsOfEveryFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		d.answer = func(context.Context, question) (action, error) {
			return nil, errors.New("failure " + strconv.Itoa(d.count()))
		}
		f := startDesk(t, d, store.Retry{Max: 3, Base: time.Second})
		f.send(t, "a", ask{"why"})
		advance(time.Minute)
		dead, err := f.rt.DeadLetters(t.Context(), 1)
		if err != nil || len(dead) != 1 || len(dead[0].Failures) != 3 {
			t.Fatalf("dead letters = %+v, %v; want one with three failures", dead, err)
		}
		first, last := dead[0].Failures[0], dead[0].Failures[2]
		if first.Error != "failure 1" || last.Error != "failure 3" || last.At.Sub(first.At) < time.Second {
			t.Errorf("failures = %+v", dead[0].Failures)
		}
		d.answer = func(_ context.Context, q question) (action, error) { return answer(q), nil }
		if err := f.rt.Revive(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		advance(time.Minute)
		if s := f.state(t, "a"); len(s.Notes) != 1 {
			t.Error("a revived effect was not carried out")
		}
	})
}

func TestAHandlerThatNeverReturnsIsLeftBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		d := &desk{}
		d.answer = func(_ context.Context, q question) (action, error) {
			if d.count() == 1 {
				<-release
			}
			return answer(q), nil
		}
		f := startDesk(t, d, store.Concurrency(1), store.Retry{Timeout: time.Second})
		f.send(t, "a", ask{"why"})
		advance(time.Minute)
		if s := f.state(t, "a"); len(s.Notes) != 1 {
			t.Error("the effect was not tried again")
		}
		if n := f.rt.Incidents()[store.HandlerStuck]; n != 1 {
			t.Errorf("%d incidents, want 1", n)
		}
	})
}

func TestAHandlersPanicIsAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(context.Context, question) (action, error) { panic("boom") }}
		f := startDesk(t, d, store.Retry{Max: 1})
		f.send(t, "a", ask{"why"})
		advance(time.Second)
		dead, err := f.rt.DeadLetters(t.Context(), 1)
		if err != nil || len(dead) != 1 || dead[0].Failures[0].Error != "panic: boom" {
			t.Errorf("dead letters = %+v, %v", dead, err)
		}
	})
}
