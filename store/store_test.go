package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type fixture struct {
	rt       *store.Runtime
	counters *store.Store[counter, action]
}

// start runs a counter store on the backend and closes it with the test.
func start(t *testing.T, backend eventlog.Backend, register ...func(*store.Runtime)) fixture {
	t.Helper()
	f := prepare(backend, register...)
	if err := f.rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.close(t) })
	return f
}

func prepare(backend eventlog.Backend, register ...func(*store.Runtime)) fixture {
	rt := store.NewRuntime(backend, store.Options{Logger: slog.New(slog.DiscardHandler)})
	f := fixture{rt, store.New(rt, "counter", counterReducer{})}
	if len(register) == 0 {
		register = append(register, func(rt *store.Runtime) {
			store.Handle(rt, func(_ context.Context, q question, _ store.Key) (action, error) {
				return answer{strings.ToUpper(q.Text)}, nil
			})
		})
	}
	for _, r := range register {
		r(rt)
	}
	return f
}

func (f fixture) close(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := f.rt.Close(ctx); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func (f fixture) send(t *testing.T, key string, a action) store.Receipt {
	t.Helper()
	r, err := f.counters.Send(t.Context(), key, a)
	if err != nil {
		t.Fatalf("Send(%s, %#v): %v", key, a, err)
	}
	return r
}

func (f fixture) state(t *testing.T, key string) counter {
	t.Helper()
	s, err := f.counters.State(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return s.State
}

func (f fixture) awaitNote(t *testing.T, key, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := f.counters.Await(ctx, key, func(c counter) bool { return len(c.Notes) > 0 })
	if err != nil || s.State.Notes[0] != text {
		t.Fatalf("notes = %q, %v; want %q", s.State.Notes, err, text)
	}
}

// advance lets virtual time pass, in a synctest bubble, and everything due happen.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestSendFoldsEventsAndAnswersWithVersionAndPosition(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", add{2})
	got := f.send(t, "a", add{3})
	want := store.Receipt{Store: "counter", Key: "a", Version: 2, Position: 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := f.state(t, "a"); s.Count != 5 {
		t.Errorf("count = %d, want 5", s.Count)
	}
	if s, err := f.counters.State(t.Context(), "a", store.AtVersion(1)); err != nil || s.State.Count != 2 {
		t.Errorf("at version 1: %+v, %v; want a count of 2", s, err)
	}
}

func TestRefusalRecordsNothing(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := start(t, log)
	_, err := f.counters.Send(t.Context(), "a", add{-1})
	var r *store.Refusal
	if !errors.As(err, &r) || r.Kind != store.BadRequest || r.Message != errNegative.Error() {
		t.Fatalf("err = %#v, want the reducer's refusal", err)
	}
	if !errors.Is(err, errNegative) {
		t.Error("the refusal does not wrap the reducer's error")
	}
	if events, _ := log.ReadAll(t.Context(), 0, 10); len(events) != 0 {
		t.Errorf("recorded %v", events)
	}
}

func TestConcurrentSendsToOneStreamLoseNothing(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	const n = 500
	versions := make([]int64, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { versions[i] = f.send(t, "hot", add{1}).Version })
	}
	wg.Wait()
	seen := map[int64]bool{}
	for _, v := range versions {
		if seen[v] {
			t.Fatalf("version %d was handed out twice", v)
		}
		seen[v] = true
	}
	if s := f.state(t, "hot"); s.Count != n {
		t.Errorf("count = %d, want %d", s.Count, n)
	}
}

// Among 10 000 rapid commands are some that fail in the log, where nobody else
// writes to the stream: whoever is decided on those is decided anew, and answered.
func TestAHotStreamDoesNotConflictWithItself(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := start(t, log)
	f.send(t, "owner", claim{"taken"})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			for i := range 100 {
				if i%20 > 0 {
					f.send(t, "hot", add{1})
				} else if _, err := f.counters.Send(t.Context(), "hot", claim{"taken"}); !errors.Is(err, store.ErrTaken) {
					t.Errorf("err = %v, want ErrTaken", err)
				}
			}
		})
	}
	wg.Wait()
	events, err := log.ReadStream(t.Context(), eventlog.StreamID{Store: "counter", Key: "hot"}, 0, 20_000)
	if s := f.state(t, "hot"); err != nil || s.Count != 9500 || len(events) != 9500 {
		t.Errorf("count = %d with %d events, %v; want 9500 of each", s.Count, len(events), err)
	}
}

func TestCommandIDMakesSendIdempotent(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	ctx := store.WithOrigin(t.Context(), store.Origin{Actor: store.Actor{ID: "ann"}, CommandID: "1"})
	first, err := f.counters.Send(ctx, "a", add{1})
	if err != nil {
		t.Fatal(err)
	}
	f.send(t, "a", add{1})
	second, err := f.counters.Send(ctx, "a", add{1})
	if err != nil || !second.Duplicate || second.Version != first.Version || second.Position != first.Position {
		t.Errorf("second = %+v, %v; want the first receipt %+v", second, err, first)
	}
	if _, err := f.counters.Send(ctx, "a", add{2}); !errors.Is(err, store.ErrMismatch) {
		t.Errorf("other content: %v, want ErrMismatch", err)
	}
	f.send(t, "a", add{-2})
	ctx = store.WithOrigin(t.Context(), store.Origin{Actor: store.Actor{ID: "bob"}, CommandID: "1"})
	if r, err := f.counters.Send(ctx, "a", add{1}); err != nil || r.Duplicate {
		t.Errorf("another actor's id: %+v, %v; want a command of its own", r, err)
	}
}

func TestRepeatedCommandIsAnsweredWhereTheReducerWouldRefuse(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", add{1})
	ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "take"})
	first, err := f.counters.Send(ctx, "a", add{-1})
	if err != nil {
		t.Fatal(err)
	}
	if second, err := f.counters.Send(ctx, "a", add{-1}); err != nil || second.Version != first.Version {
		t.Errorf("second = %+v, %v; want %+v", second, err, first)
	}
}

func TestOneCommandIDSentAtOnceHappensOnce(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "once"})
	var wg sync.WaitGroup
	for range 300 {
		wg.Go(func() {
			if _, err := f.counters.Send(ctx, "a", add{1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s := f.state(t, "a"); s.Count != 1 {
		t.Errorf("count = %d, want 1", s.Count)
	}
}

func TestPanicIsContained(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", add{1})
	for _, a := range []action{explode{}, explode{Late: true}} {
		if _, err := f.counters.Send(t.Context(), "a", a); !errors.Is(err, store.ErrInternal) {
			t.Errorf("%#v: %v, want ErrInternal", a, err)
		}
	}
	if s := f.state(t, "a"); s.Count != 1 {
		t.Errorf("count = %d after panics, want 1", s.Count)
	}
	if r := f.send(t, "a", add{1}); r.Version != 2 {
		t.Errorf("version = %d, want 2", r.Version)
	}
}

func TestStateBelongsToItsReader(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", claim{"x"})
	mine := f.state(t, "a")
	mine.Notes[0] = "scribbled"
	if s := f.state(t, "a"); s.Notes[0] == "scribbled" {
		t.Error("a reader changed the stream's state")
	}
}

func TestClaimIsOwnedByOneStream(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", claim{"name"})
	f.send(t, "a", claim{"name"})
	if _, err := f.counters.Send(t.Context(), "b", claim{"name"}); !errors.Is(err, store.ErrTaken) {
		t.Errorf("err = %v, want ErrTaken", err)
	}
	if s := f.state(t, "b"); len(s.Notes) != 0 {
		t.Errorf("the refused claim left %q", s.Notes)
	}
	owner, err := f.rt.ClaimOwner(t.Context(), "name")
	if err != nil || owner.Key != "a" {
		t.Errorf("owner = %v, %v; want a", owner, err)
	}
}

func TestReleasedNameIsFreeAndOnlyItsOwnerReleasesIt(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", claim{"name"})
	f.send(t, "b", unclaim{"name"})
	if _, err := f.counters.Send(t.Context(), "b", claim{"name"}); !errors.Is(err, store.ErrTaken) {
		t.Errorf("err = %v, want ErrTaken", err)
	}
	f.send(t, "a", unclaim{"name"})
	f.send(t, "b", claim{"name"})
}

func TestRowIsWrittenWithTheEventsOrNeither(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	row := store.Row{Kind: "token", Key: "k", Expires: time.Now().Add(time.Hour)}
	f.send(t, "a", touch{row})
	if _, err := f.counters.Send(t.Context(), "b", touch{row}); !errors.Is(err, store.ErrRow) {
		t.Errorf("err = %v, want ErrRow", err)
	}
	if s := f.state(t, "b"); len(s.Notes) != 0 {
		t.Errorf("the refused insert left %q", s.Notes)
	}
	if _, ok, err := f.rt.Row(t.Context(), "token", "k"); !ok || err != nil {
		t.Errorf("row: %v, %v; want it there", ok, err)
	}
}

func TestDispatchReachesTheOtherStreamOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := start(t, memory.New())
		f.send(t, "a", addTo{"b", 7})
		f.send(t, "a", remind{time.Second})
		advance(time.Hour) // whatever was not finished would have been repeated
		if s := f.state(t, "b"); s.Count != 7 {
			t.Errorf("count = %d, want 7", s.Count)
		}
		if s := f.state(t, "a"); len(s.Notes) != 1 {
			t.Errorf("%d reminders, want 1", len(s.Notes))
		}
	})
}

func TestRefusedDispatchComesBackWithTheReason(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", addTo{"b", -7})
	f.awaitNote(t, "a", "b: "+errNegative.Error())
}

func TestHandlerResultComesBack(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", ask{"why"})
	f.awaitNote(t, "a", "WHY")
}

func TestSendAndAwaitSeesWhatComesOfTheCommand(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answered := func(c counter) bool { return len(c.Notes) > 0 }
	s, receipt, err := f.counters.SendAndAwait(ctx, "a", ask{"why"}, answered)
	if err != nil || s.State.Notes[0] != "WHY" || receipt.Store != "counter" || receipt.Key != "a" {
		t.Errorf("%+v, %+v, %v; want the answer", s, receipt, err)
	}
	if _, _, err := f.counters.SendAndAwait(ctx, "b", add{-1}, answered); !errors.Is(err, errNegative) {
		t.Errorf("err = %v, want the refusal", err)
	}
}

func TestHandlerIsRetriedWithOneKeyAndThenBuried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		keys := map[store.Key]int{}
		f := start(t, memory.New(), func(rt *store.Runtime) {
			store.Handle(rt, func(_ context.Context, q question, key store.Key) (action, error) {
				keys[key]++
				return nil, fmt.Errorf("not today")
			}, store.Retry{Max: 3, Base: time.Second})
		})
		f.send(t, "a", ask{"why"})
		advance(time.Minute)
		if len(keys) != 1 {
			t.Fatalf("keys = %v, want one", keys)
		}
		for _, n := range keys {
			if n != 3 {
				t.Errorf("%d attempts, want 3", n)
			}
		}
		dead, err := f.rt.DeadLetters(t.Context(), 10)
		if err != nil || len(dead) != 1 || dead[0].Failures[len(dead[0].Failures)-1].Error != "not today" {
			t.Fatalf("dead letters = %+v, %v", dead, err)
		}
	})
}

func TestPermanentErrorIsNotRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		f := start(t, memory.New(), func(rt *store.Runtime) {
			store.Handle(rt, func(context.Context, question, store.Key) (store.None, error) {
				attempts++
				return store.None{}, store.Permanent(errors.New("never"))
			})
		})
		f.send(t, "a", ask{"why"})
		advance(time.Hour)
		if attempts != 1 {
			t.Errorf("%d attempts, want 1", attempts)
		}
	})
}

func TestTimerFiresWhenDueUnlessCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := start(t, memory.New())
		f.send(t, "kept", remind{5 * time.Minute})
		f.send(t, "cancelled", remind{5 * time.Minute})
		f.send(t, "cancelled", forget{})
		f.send(t, "replaced", remind{5 * time.Minute})
		f.send(t, "replaced", remind{10 * time.Minute})
		advance(5*time.Minute - time.Second)
		if s := f.state(t, "kept"); len(s.Notes) != 0 {
			t.Error("the timer fired early")
		}
		advance(2 * time.Second)
		for key, want := range map[string]int{"kept": 1, "cancelled": 0, "replaced": 0} {
			if s := f.state(t, key); len(s.Notes) != want {
				t.Errorf("%s: %d reminders, want %d", key, len(s.Notes), want)
			}
		}
		advance(5 * time.Minute)
		if s := f.state(t, "replaced"); len(s.Notes) != 1 {
			t.Errorf("replaced: %d reminders, want 1", len(s.Notes))
		}
	})
}

func TestWorkOfAFormerProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := memory.New()
		stuck := func(rt *store.Runtime) {
			store.Handle(rt, func(ctx context.Context, _ question, _ store.Key) (store.None, error) {
				<-ctx.Done()
				return store.None{}, ctx.Err()
			})
		}
		first := prepare(log, stuck)
		if err := first.rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		first.send(t, "a", ask{"why"})
		first.send(t, "b", remind{time.Second})
		cut, cancel := context.WithCancel(t.Context())
		cancel()
		if err := first.rt.Close(cut); !errors.Is(err, context.Canceled) {
			t.Fatalf("Close of a stuck runtime: %v", err)
		}
		second := start(t, log)
		second.awaitNote(t, "a", "WHY")
		second.awaitNote(t, "b", "reminded")
	})
}

func TestAwaitReturnsAtTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := start(t, memory.New())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := f.counters.Await(ctx, "a", func(c counter) bool { return c.Count > 0 })
		if !errors.Is(err, store.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want ErrTimeout", err)
		}
	})
}

func TestOnlyCommandsComeFromOutside(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	for name, want := range map[string]error{"added": store.ErrForbidden, "answer": store.ErrForbidden, "nonsense": store.ErrUnknownAction} {
		if _, err := f.counters.SendEncoded(t.Context(), "a", name, []byte(`{"By":1}`)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if _, err := f.counters.SendEncoded(t.Context(), "a", "add", []byte(`{"By":`)); !errors.Is(err, store.ErrBadAction) {
		t.Errorf("malformed: %v, want ErrBadAction", err)
	}
	if _, err := f.counters.SendEncoded(t.Context(), "a", "add", []byte(`{"By":1}`)); err != nil {
		t.Errorf("a command: %v", err)
	}
}

func TestCloseRefusesWhatComesLater(t *testing.T) {
	t.Parallel()
	f := prepare(memory.New())
	if _, err := f.counters.Send(t.Context(), "a", add{1}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("before Start: %v, want ErrUnavailable", err)
	}
	if err := f.rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.send(t, "a", add{1})
	f.close(t)
	if _, err := f.counters.Send(t.Context(), "a", add{1}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("after Close: %v, want ErrUnavailable", err)
	}
}
