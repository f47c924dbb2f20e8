package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestInMemoryEffectsBeginAfterTheCommit(t *testing.T) {
	t.Parallel()
	for name, recorded := range map[string]store.Effects{"with an event": {store.Record(written{Text: "first"})}, "alone": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				gate := make(chan struct{})
				s := open(t, slowLog{memory.New(), func() error { <-gate; return nil }}, notebookReducer{}, store.Options{})
				var ran atomic.Int32
				var sent sync.WaitGroup
				sent.Go(func() { s.do(t, "a", append(recorded, counts(&ran))...) })
				synctest.Wait()
				if ran.Load() != 0 {
					t.Error("the effect ran before the commit")
				}
				close(gate)
				sent.Wait()
				synctest.Wait()
				if ran.Load() != 1 {
					t.Errorf("the effect ran %d times after the commit, want once", ran.Load())
				}
			})
		})
	}
}

func TestInMemoryEffectsOfWhatWasNotCommittedAreDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int32
		down := errors.New("connection lost")
		var fault error
		log := slowLog{memory.New(), func() error { return fault }}
		s := open(t, log, notebookReducer{fetched: store.Effects{counts(&ran)}}, store.Options{MaxInMemory: 1})
		if _, err := s.notebooks.Send(t.Context(), "a", fetch{Refuse: true}); !errors.Is(err, errNegative) {
			t.Errorf("err = %v, want the refusal", err)
		}
		_, err := s.notebooks.Send(t.Context(), "a", do{store.Effects{counts(&ran), store.Take("token", "x")}})
		if !errors.Is(err, store.ErrRow) {
			t.Errorf("err = %v, want ErrRow", err)
		}
		fault = down
		if _, err := s.notebooks.Send(t.Context(), "a", fetch{}); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("err = %v, want ErrUnavailable", err)
		}
		fault = nil
		ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "once"})
		synctest.Wait()
		if ran.Load() != 0 {
			t.Errorf("the effects of what was not committed ran %d times", ran.Load())
		}
		for range 2 {
			if _, err := s.notebooks.Send(ctx, "a", fetch{}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if ran.Load() != 1 {
			t.Errorf("the effect of a repeated command ran %d times, want once", ran.Load())
		}
	})
}

func TestAfterAConflictInMemoryEffectsRunOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		log := memory.New()
		s := open(t, slowLog{log, func() error { <-gate; return nil }}, notebookReducer{}, store.Options{MaxInMemory: 1})
		var ran atomic.Int32
		var sent sync.WaitGroup
		sent.Go(func() { s.do(t, "a", store.Record(written{Text: "mine"}), counts(&ran)) })
		synctest.Wait()
		_, err := log.Append(t.Context(), []eventlog.Append{{ // somebody else is first
			Stream: eventlog.StreamID{Store: "notebook", Key: "a"},
			Events: []eventlog.NewEvent{{Name: "written", Data: []byte(`{"Text":"theirs"}`)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		close(gate)
		sent.Wait()
		synctest.Wait()
		s.want(t, "a", "theirs mine")
		if ran.Load() != 1 {
			t.Errorf("the effect ran %d times, want once", ran.Load())
		}
	})
}

func TestInMemoryEffectsOfEventsDoNotRunAtReplay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int32
		log, r := memory.New(), notebookReducer{onWritten: store.Effects{counts(&ran)}}
		first := open(t, log, r, store.Options{})
		first.do(t, "a", store.Record(written{Text: "one"}, written{Text: "two"}))
		synctest.Wait()
		second := open(t, log, r, store.Options{})
		second.want(t, "a", "one two")
		synctest.Wait()
		if ran.Load() != 2 {
			t.Errorf("the effects of two events ran %d times, want twice", ran.Load())
		}
	})
}

func TestInMemoryEffectsKeepTheOriginOfTheirAction(t *testing.T) {
	t.Parallel()
	log := memory.New()
	synctest.Test(t, func(t *testing.T) {
		var inside store.Origin
		looks := store.Run(func(ctx context.Context, _ func(any) error) error {
			inside = store.OriginFrom(ctx)
			return nil
		})
		s := open(t, log, notebookReducer{}, store.Options{})
		ctx := store.WithOrigin(t.Context(), store.Origin{
			Actor: store.Actor{ID: "ann", Roles: []string{"admin"}}, CorrelationID: "c", CausationID: "d",
			TraceParent: "e", Precondition: func(int64) error { return nil },
		})
		_, err := s.notebooks.Send(ctx, "a", do{store.Effects{store.Sequence(
			store.Parallel(store.Cancellable("x", store.Delay(time.Second, says("deep")))),
			store.WithTimeout(time.Second, store.Throttle("y", time.Second, looks)),
		)}})
		if err != nil {
			t.Fatal(err)
		}
		advance(time.Minute)
		want := store.Origin{
			Actor: store.Actor{ID: "ann", Roles: []string{"admin"}}, CorrelationID: "c", CausationID: "d", TraceParent: "e",
		}
		if diff := cmp.Diff(want, inside); diff != "" {
			t.Error(diff)
		}
	})
	events, err := log.ReadAll(t.Context(), 0, 10)
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v; want 1", len(events), err)
	}
	want := eventlog.Meta{At: events[0].Meta.At, Actor: "ann", CorrelationID: "c", CausationID: "d", TraceParent: "e"}
	if diff := cmp.Diff(want, events[0].Meta); diff != "" {
		t.Error(diff)
	}
	if data := string(events[0].Data); data != `{"Text":"deep","By":"ann admin","Correlation":"c","Causation":"d"}` {
		t.Errorf("the reducer of the result knew %s", data)
	}
}

func TestADurableEffectInsideAnInMemoryOneIsABug(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		effect store.Effect
		want   string
	}{
		"record":        {store.Parallel(says("x"), store.Record(written{})), "return it beside"},
		"dispatch":      {store.Sequence(store.Dispatch("notebook", "b", fetch{})), "return it beside"},
		"timer":         {store.Delay(time.Second, store.After("k", time.Second, fetch{})), "return it beside"},
		"claim":         {store.Debounce("x", time.Second, store.Claim("name")), "return it beside"},
		"row":           {store.WithTimeout(time.Second, store.Drop("kind", "key")), "return it beside"},
		"handled":       {store.Throttle("x", time.Second, question{}), "store.Volatile"},
		"not handled":   {store.Parallel(secret{}), "store.Volatile"},
		"nothing":       {store.Cancellable("x", nil), "<nil> cannot be inside"},
		"no function":   {store.Run(nil), "store.Run has no function"},
		"no sequence":   {store.Parallel(store.Stream(nil)), "store.Stream has no function"},
		"no id":         {store.Cancellable("", says("x")), "has no id"},
		"no id as well": {store.Throttle("", time.Second, says("x")), "has no id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, memory.New(), notebookReducer{}, store.Options{}, func(rt *store.Runtime) {
				store.Handle(rt, func(context.Context, question, store.Key) (store.None, error) { return store.None{}, nil })
			})
			_, err := s.notebooks.Send(t.Context(), "a", do{store.Effects{store.Record(written{}), c.effect}})
			if !errors.Is(err, store.ErrInternal) {
				t.Errorf("err = %v, want ErrInternal", err)
			}
			if !strings.Contains(s.logged.String(), c.want) {
				t.Errorf("logged: %s\nwant %q", s.logged, c.want)
			}
			s.want(t, "a", "")
		})
	}
}

func TestTooManyInMemoryEffectsAreOverloadedBeforeTheCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, memory.New(), notebookReducer{}, store.Options{MaxInMemory: 3})
		s.do(t, "a", store.Parallel(lingers("x", time.Hour), says("y")))
		_, err := s.notebooks.Send(t.Context(), "b", do{store.Effects{store.Record(written{Text: "lost"}), says("z")}})
		if !errors.Is(err, store.ErrOverloaded) {
			t.Errorf("err = %v, want ErrOverloaded", err)
		}
		s.want(t, "b", "")
		advance(time.Hour)
		s.do(t, "b", store.Parallel(says("z"), store.Stop("none")))
		synctest.Wait()
		s.want(t, "b", "z")
	})
}

func TestFailuresOfInMemoryEffectsAreContainedAndLogged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		effect store.Effect
		want   string
	}{
		"an error": {fails(), `level=ERROR msg="store: an in-memory effect failed" effect=run stream=notebook/a correlation_id=c error=broken`},
		"a panic":  {store.Run(func(context.Context, func(any) error) error { panic("boom") }), "panic: boom"},
		"an undeclared action": {
			store.Run(func(_ context.Context, send func(any) error) error { return send(secret{}) }), "store_test.secret is not declared",
		},
		"an event sent": {
			store.Run(func(_ context.Context, send func(any) error) error { return send(written{}) }), "as a command or result",
		},
		"a refusal": {
			store.Run(func(_ context.Context, send func(any) error) error { return send(fetch{Refuse: true}) }), "level=INFO",
		},
		"a timeout while sending": {
			store.WithTimeout(time.Second, store.Run(func(ctx context.Context, send func(any) error) error {
				<-ctx.Done()
				return send(write{"late"})
			})), "level=ERROR",
		},
		"a full queue": {
			store.Run(func(context.Context, func(any) error) error { return store.ErrOverloaded }), "level=WARN",
		},
		"a timeout":            {store.WithTimeout(time.Second, lingers("x", time.Minute)), "deadline exceeded"},
		"a timeout of a delay": {store.WithTimeout(time.Second, store.Delay(time.Minute, says("x"))), "effect=delay"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s shelf) {
				ctx := store.WithOrigin(t.Context(), store.Origin{CorrelationID: "c"})
				if _, err := s.notebooks.Send(ctx, "a", do{store.Effects{store.Parallel(c.effect, says("well"))}}); err != nil {
					t.Fatal(err)
				}
				advance(time.Hour)
				if got := s.logged.String(); strings.Count(got, "level=") != 1 || !strings.Contains(got, c.want) {
					t.Errorf("logged: %s\nwant one line with %q", got, c.want)
				}
				if got := s.lines(t, "a"); !strings.Contains(got, "well") {
					t.Errorf("%q is written; want the other effect's line", got)
				}
			})
		})
	}
}
