package store_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// mall runs shops, and counters beside them, until the test ends.
type mall struct {
	fixture
	t     *testing.T
	shops *store.Store[shop, shopAction]
}

func openMall(t *testing.T, log eventlog.Backend) mall {
	t.Helper()
	rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler)})
	m := mall{fixture{rt, store.New(rt, "counter", counterReducer{})}, t, store.New(rt, "shop", shops())}
	store.Handle(rt, func(_ context.Context, q question, _ store.Key) (clockAction, error) {
		return advice{strings.ToUpper(q.Text)}, nil
	})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m mall) do(actions ...shopAction) {
	m.t.Helper()
	for _, a := range actions {
		if _, err := m.shops.Send(m.t.Context(), "a", a); err != nil {
			m.t.Fatalf("%#v: %v", a, err)
		}
	}
}

func (m mall) await(done func(shop) bool) shop {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	s, err := m.shops.Await(ctx, "a", done)
	if err != nil {
		m.t.Fatalf("%v: %+v", err, s.State)
	}
	return s.State
}

func TestAComposedFeatureInAStore(t *testing.T) {
	t.Parallel()
	onEachLog(t, func(t *testing.T, log eventlog.Backend) {
		m := openMall(t, log)
		m.fixture.send(t, "stock", add{5})
		m.do(addLine{"a/b"}, addLine{"c"}, takeLunch{},
			opening{ring{}}, closing{ring{}}, lunch{ring{}}, lunch{ring{}},
			ofLine{"a/b", take{3}}, ofLine{"a/b", alarm{ring{}}},
			opening{consult{"when"}}, ofLine{"a/b", alarm{consult{"how"}}})
		m.await(func(s shop) bool { return s.Opening.Advice != "" && s.Lines["a/b"].Alarm.Advice != "" })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := m.counters.Await(ctx, "stock", func(c counter) bool { return c.Count == 2 }); err != nil {
			t.Fatal(err)
		}
		m.do(ofLine{"a/b", take{4}})
		got := m.await(func(s shop) bool { return s.Lines["a/b"].Refused != "" })
		want := shop{
			Opening: clock{1, "WHEN"}, Closing: clock{Rang: 1}, Lunch: &clock{Rang: 2}, Told: 3,
			Lines: map[string]*line{"a/b": {7, "refused", clock{1, "HOW"}}, "c": {}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if owner, err := m.rt.ClaimOwner(t.Context(), "line c"); err != nil || owner.Key != "a" {
			t.Errorf("the second reducer's claim belongs to %v, %v; want the shop", owner, err)
		}
		m.fixture.close(t)

		reopened := openMall(t, log)
		defer reopened.fixture.close(t)
		again, err := reopened.shops.State(t.Context(), "a")
		if diff := cmp.Diff(want, again.State); err != nil || diff != "" {
			t.Errorf("loaded from the log: %v\n%s", err, diff)
		}
		wantLog := []string{
			`lineAdded {"Key":"a/b"}`, `lineAdded {"Key":"c"}`, `lunching {}`,
			`opening.rang@2 {"Times":1}`, `closing.rang@2 {"Times":1}`, `lunch.rang@2 {"Times":1}`, `lunch.rang@2 {"Times":1}`,
			`lines.taken {"key":"a/b","action":{"N":3}}`, `lines.alarm.rang@2 {"key":"a/b","action":{"Times":1}}`,
		}
		events, err := log.ReadStream(t.Context(), eventlog.StreamID{Store: "shop", Key: "a"}, 0, len(wantLog))
		if diff := cmp.Diff(wantLog, texts(events)); err != nil || diff != "" {
			t.Errorf("in the log: %v\n%s", err, diff)
		}
	})
}

func TestTimersOfChildrenDoNotMeet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := openMall(t, memory.New())
		defer m.fixture.close(t)
		m.do(addLine{"a"}, addLine{"a/alarm"}, takeLunch{},
			opening{wind{time.Hour}}, closing{wind{2 * time.Hour}}, lunch{wind{time.Hour}},
			ofLine{"a", alarm{wind{time.Hour}}}, ofLine{"a/alarm", alarm{wind{time.Hour}}},
			lunch{silence{}}, ofLine{"a/alarm", alarm{silence{}}})
		advance(time.Hour)
		want := shop{Opening: clock{Rang: 1}, Lunch: &clock{}, Told: 3, Lines: map[string]*line{"a": {Alarm: clock{Rang: 1}}, "a/alarm": {}}}
		if diff := cmp.Diff(want, m.await(func(shop) bool { return true })); diff != "" {
			t.Error("after an hour:", diff)
		}
		advance(time.Hour)
		want.Closing.Rang = 1
		if diff := cmp.Diff(want, m.await(func(shop) bool { return true })); diff != "" {
			t.Error("after two:", diff)
		}
	})
}

// A street has a shop at number 1.
type street struct{ First shop }

type (
	streetAction interface{ street() }
	at           struct {
		Key    string
		Action shopAction
	}
)

func (at) street() {}

func TestChildrenOfKeyedChildren(t *testing.T) {
	t.Parallel()
	rt := store.NewRuntime(memory.New(), store.Options{Logger: slog.New(slog.DiscardHandler)})
	store.New(rt, "counter", counterReducer{})
	streets := store.New(rt, "street", store.ForEach("shops", shops(),
		func(s *street, key string) *shop {
			if key != "1" {
				return nil
			}
			return &s.First
		}, func(a at) streetAction { return a }))
	store.Handle(rt, func(_ context.Context, q question, _ store.Key) (clockAction, error) {
		return advice{strings.ToUpper(q.Text)}, nil
	})
	run(t, rt)
	for _, a := range []shopAction{addLine{"x"}, ofLine{"x", take{1}}, ofLine{"x", alarm{consult{"why"}}}} {
		if _, err := streets.Send(t.Context(), "a", at{"1", a}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err := streets.Await(ctx, "a", func(s street) bool {
		return s.First.Lines["x"].Refused != "" && s.First.Lines["x"].Alarm.Advice != ""
	})
	want := &line{1, "refused", clock{Advice: "WHY"}}
	if diff := cmp.Diff(want, got.State.First.Lines["x"]); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := streets.Send(t.Context(), "a", at{"2", ofLine{"x", take{1}}}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a shop that is not there: %v; want ErrNotFound", err)
	}
}

func TestAnAbsentChildRefuses(t *testing.T) {
	t.Parallel()
	m := openMall(t, memory.New())
	defer m.fixture.close(t)
	m.do(addLine{"c"})
	for _, a := range []shopAction{lunch{ring{}}, ofLine{"d", take{1}}, ofLine{"d", alarm{ring{}}}} {
		if _, err := m.shops.Send(t.Context(), "a", a); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%#v: %v; want ErrNotFound", a, err)
		}
	}
	history(t, m.rt.Log(), "shop/b", past("lunch.rang@2", `{"Times":1}`))
	if _, err := m.shops.State(t.Context(), "b"); !errors.Is(err, store.ErrInternal) {
		t.Errorf("an event of an absent child: %v; want ErrInternal", err)
	}
}

func TestTheFirstRefusalOfACombinationRefuses(t *testing.T) {
	t.Parallel()
	m := openMall(t, memory.New())
	defer m.fixture.close(t)
	if _, err := m.shops.Send(t.Context(), "a", addLine{}); !errors.Is(err, errNoKey) {
		t.Errorf("err = %v, want the second reducer's", err)
	}
	if s, err := m.shops.State(t.Context(), "a"); err != nil || s.Version != 0 {
		t.Errorf("%+v, %v; want nothing recorded", s, err)
	}
}

func TestFormerEventsOfChildren(t *testing.T) {
	t.Parallel()
	log := memory.New()
	history(t, log, "shop/a", past("lineAdded", `{"Key":"x"}`), past("opening.rang", `{}`),
		past("lines.alarm.rang", `{"key":"x","action":{}}`), past("morning.rang", `{"Times":4}`))
	m := openMall(t, log)
	defer m.fixture.close(t)
	want := shop{Opening: clock{Rang: 5}, Told: 1, Lines: map[string]*line{"x": {Alarm: clock{Rang: 1}}}}
	if diff := cmp.Diff(want, m.await(func(shop) bool { return true })); diff != "" {
		t.Error(diff)
	}
}

func TestActionsOfChildrenOnTheWire(t *testing.T) {
	t.Parallel()
	codec, err := store.NewCodec(shops().Actions())
	if err != nil {
		t.Fatal(err)
	}
	cases := map[shopAction]struct {
		name, data string
		class      store.Class
	}{
		addLine{"x"}:                       {"addLine", `{"Key":"x"}`, store.Command},
		opening{consult{"?"}}:              {"opening.consult", `{"Text":"?"}`, store.Command},
		lunch{advice{"!"}}:                 {"lunch.advice", `{"Text":"!"}`, store.Result},
		ofLine{"x", taken{2}}:              {"lines.taken", `{"key":"x","action":{"N":2}}`, store.Event},
		ofLine{"x", alarm{consult{"why"}}}: {"lines.alarm.consult", `{"key":"x","action":{"Text":"why"}}`, store.Command},
	}
	for action, want := range cases {
		name, data, err := codec.Encode(action)
		if err != nil || name != want.name || string(data) != want.data || codec.Name(action) != name {
			t.Errorf("%#v is %s %s, %v; want %s %s", action, name, data, err, want.name, want.data)
		}
		if class := codec.Class(name); class != want.class {
			t.Errorf("%s is a %s, want %s", name, class, want.class)
		}
		if back, err := codec.Decode(name, data); err != nil || back != action {
			t.Errorf("%s decodes to %#v, %v; want %#v", name, back, err, action)
		}
	}
	wantEvents := []string{
		"closing.advised", "closing.rang@2", "lineAdded", "lines.alarm.advised", "lines.alarm.rang@2", "lines.declined", "lines.taken",
		"lunch.advised", "lunch.rang@2", "lunching", "opening.advised", "opening.rang@2",
	}
	if diff := cmp.Diff(wantEvents, codec.Names(store.Event)); diff != "" {
		t.Errorf("events: %s", diff)
	}
	bad := map[[2]string]error{
		{"opening.nothing", `{}`}:   store.ErrUnknownAction,
		{"opening", `{}`}:           store.ErrUnknownAction,
		{"lines.take", `{"N":1}`}:   store.ErrBadAction,
		{"lines.take", `[]`}:        store.ErrBadAction,
		{"opening.consult", `text`}: store.ErrBadAction,
	}
	for wire, want := range bad {
		if a, err := codec.Decode(wire[0], []byte(wire[1])); !errors.Is(err, want) {
			t.Errorf("%v decodes to %#v, %v; want %v", wire, a, err, want)
		}
	}
	for _, action := range []any{opening{}, ofLine{"x", alarm{}}, nil, &addLine{}, ring{}} {
		if name, data, err := codec.Encode(action); err == nil {
			t.Errorf("%#v encodes to %s %s; want an error", action, name, data)
		}
	}
}

// ringOpening is what a store sends that does not import the shop.
type ringOpening struct{ Loud bool }

func (ringOpening) ActionName() string { return "opening.ring" }

func TestActionsAreEncodedForAPath(t *testing.T) {
	t.Parallel()
	codec, err := store.NewCodec(shops().Actions())
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		path       string
		action     any
		name, data string
	}{
		{"", addLine{"x"}, "addLine", `{"Key":"x"}`},
		{"", ringOpening{true}, "opening.ring", `{"Loud":true}`},
		{"closing", advice{"!"}, "closing.advice", `{"Text":"!"}`},
		{"lines/a%2Fb", taken{1}, "lines.taken", `{"key":"a/b","action":{"N":1}}`},
		{"lines/a%2Fb/alarm", advice{"!"}, "lines.alarm.advice", `{"key":"a/b","action":{"Text":"!"}}`},
		{"", ring{}, "", ""},
		{"", nil, "", ""},
		{"nowhere", ring{}, "", ""},
		{"lines/%zz", take{}, "", ""},
		{"closing", addLine{}, "", ""},
		{"closing/alarm", ring{}, "", ""},
	}
	for _, c := range cases {
		name, data, err := codec.EncodeAt(c.path, c.action)
		if c.name != "" && err != nil || c.name == "" && err == nil || c.name != "" && (name != c.name || string(data) != c.data) {
			t.Errorf("%#v at %q is %s %s, %v; want %s %s", c.action, c.path, name, data, err, c.name, c.data)
		}
	}
}

func TestCommandsOfChildrenComeEncoded(t *testing.T) {
	t.Parallel()
	m := openMall(t, memory.New())
	defer m.fixture.close(t)
	m.do(addLine{"x"})
	if _, err := m.shops.SendEncoded(t.Context(), "a", "lines.alarm.ring", []byte(`{"key":"x","action":{}}`)); err != nil {
		t.Fatal(err)
	}
	if s := m.await(func(shop) bool { return true }); s.Lines["x"].Alarm.Rang != 1 {
		t.Errorf("%+v; want the alarm to have rung", s)
	}
	if _, err := m.shops.SendEncoded(t.Context(), "a", "opening.rang@2", []byte(`{}`)); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("an event from outside: %v; want ErrForbidden", err)
	}
}

func TestCompositionIsCheckedAtTheStart(t *testing.T) {
	t.Parallel()
	clocks := func(name string) store.Reducer[shop, shopAction] {
		return store.Scope(name, clockReducer{}, func(s *shop) *clock { return &s.Opening }, func(a opening) shopAction { return a })
	}
	otherClocks := func(name string) store.Reducer[shop, shopAction] {
		return store.Scope(name, clockReducer{}, func(s *shop) *clock { return &s.Closing }, func(a closing) shopAction { return a })
	}
	cases := map[string]struct {
		actions func() store.Actions[shopAction]
		remedy  string
	}{
		"one name":    {store.Combine(clocks("x"), otherClocks("x")).Actions, "name one otherwise"},
		"one variant": {store.Combine(clocks("x"), clocks("y")).Actions, "give each child its own variant"},
		"engine":      {clocks("store").Actions, "belongs to the engine"},
		"listed": {func() store.Actions[shopAction] {
			a := clocks("x").Actions()
			a.Commands = append(a.Commands, opening{})
			return a
		}, "take it out of the list"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := store.NewCodec(c.actions()); err == nil || !strings.Contains(err.Error(), c.remedy) {
				t.Errorf("err = %v; want one that says %q", err, c.remedy)
			}
		})
	}
	for _, name := range []string{"", "a.b", "a/b"} {
		if !panics(func() { clocks(name) }) {
			t.Errorf("a child may be named %q", name)
		}
	}
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

func TestAChildThatMustBeThereIsABugWhenItIsNot(t *testing.T) {
	t.Parallel()
	rt := store.NewRuntime(memory.New(), store.Options{Logger: slog.New(slog.DiscardHandler)})
	s := store.New(rt, "shop", store.Scope("lunch", clockReducer{}, func(s *shop) *clock { return s.Lunch }, func(a lunch) shopAction { return a }))
	run(t, rt)
	if _, err := s.Send(t.Context(), "a", lunch{ring{}}); !errors.Is(err, store.ErrInternal) {
		t.Errorf("err = %v, want ErrInternal", err)
	}
}

func TestACompositionHasTheStateVersionsOfItsParts(t *testing.T) {
	t.Parallel()
	v, ok := shops().(interface{ StateVersion() int })
	if !ok || v.StateVersion() != 4*3 {
		t.Errorf("%T; want the sum of four clocks", shops())
	}
}
