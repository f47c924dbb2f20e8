package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// A card carries a name and is stamped; it is the feature under test.
type (
	card struct {
		Name   string
		Owner  string
		Stamps int
	}
	cardAction interface{ card() }

	issue   struct{ Name string }
	stamp   struct{ Times int }
	later   struct{} // stamps by a timer
	crash   struct{}
	issued  struct{ Name, Owner string }
	stamped struct{ Times int }
)

func (issue) card()   {}
func (stamp) card()   {}
func (later) card()   {}
func (crash) card()   {}
func (issued) card()  {}
func (stamped) card() {}

type cards struct{}

func (cards) Actions() store.Actions[cardAction] {
	return store.Actions[cardAction]{
		Commands: []cardAction{issue{}, stamp{}, later{}, crash{}},
		Events:   []cardAction{issued{}, stamped{}},
	}
}

func (cards) Reduce(s *card, a cardAction, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case issue:
		if s.Name != "" {
			return nil, store.Refuse(store.Conflict, "already_issued", "this card exists")
		}
		return store.Effects{store.Record(issued{a.Name, env.Actor.ID})}, nil
	case stamp:
		if a.Times > 9 {
			return nil, store.Refuse(store.Conflict, "full", "%d stamps do not fit", a.Times).With("room", 9)
		}
		return store.Effects{store.Record(stamped(a))}, nil
	case later:
		return store.Effects{store.After("stamp", time.Millisecond, stamp{1})}, nil
	case crash:
		panic("secret")
	case issued:
		s.Name, s.Owner = a.Name, a.Owner
	case stamped:
		s.Stamps += a.Times
	}
	return nil, nil
}

func viewCard(_ *web.Request, c card) (any, error) {
	if c.Stamps == 7 {
		return nil, store.Refuse(store.PaymentRequired, "payment_declined", "not with seven stamps")
	}
	return map[string]any{"name": c.Name, "owner": c.Owner, "stamps": c.Stamps}, nil
}

func toIssue(r *web.Request) (string, cardAction, error) {
	var body struct{ Name string }
	err := r.JSON(&body)
	return r.NewID(), issue{body.Name}, err
}

func toStamp(r *web.Request) (string, cardAction, error) {
	var body struct{ Times int }
	err := r.JSON(&body)
	return r.Param("id"), stamp{body.Times}, err
}

// desk serves cards over the memory log.
func desk(t *testing.T) *httptest.Server {
	t.Helper()
	rt := store.NewRuntime(memory.New(), store.Options{Logger: slog.New(slog.DiscardHandler)})
	cards := store.New(rt, "card", cards{})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	fixed := func(a cardAction) func(*web.Request) (string, cardAction, error) {
		return func(r *web.Request) (string, cardAction, error) { return r.Param("id"), a, nil }
	}
	stampedOnce := func(c card) bool { return c.Stamps > 0 }
	return serve(t, web.Options{}, func(r chi.Router) {
		r.Post("/cards", web.Command(cards, toIssue, web.Created(viewCard)))
		r.Get("/cards/{id}", web.State(cards, viewCard))
		r.Post("/cards/{id}/stamp", web.Command(cards, toStamp, web.OK(viewCard)))
		r.Put("/cards/{id}/stamp", web.Command(cards, toStamp, web.Accepted(viewCard)))
		r.Put("/cards/{id}", web.Command(cards, fixed(issue{"named"}), web.Created(viewCard)))
		r.Post("/cards/{id}/crash", web.Command(cards, fixed(crash{}), web.OK(viewCard)))
		r.Post("/cards/{id}/later", web.CommandAndAwait(cards, fixed(later{}), stampedOnce, time.Minute, web.OK(viewCard)))
		r.Post("/cards/{id}/never", web.CommandAndAwait(cards, fixed(stamp{0}), stampedOnce, time.Millisecond, web.OK(viewCard)))
	})
}

func TestCommandsAndStates(t *testing.T) {
	t.Parallel()
	server := desk(t)
	created := call(t, server, "PUT", "/cards/1", "", "X-Actor", "ada")
	created.want(t, 201, "")
	if created.Header.Get("ETag") != `"1"` || created.Header.Get("Store-Position") != "1" || created.member(t, "owner") != "ada" {
		t.Errorf("answer %v %s", created.Header, created.body)
	}
	call(t, server, "PUT", "/cards/1", "").want(t, 409, "already_issued")
	call(t, server, "PUT", "/cards/1/stamp", `{"times":2}`).want(t, 202, "")
	refused := call(t, server, "PUT", "/cards/1/stamp", `{"times":10}`)
	refused.want(t, 409, "full")
	if refused.member(t, "room") != 9.0 {
		t.Errorf("the refusal lacks its detail: %s", refused.body)
	}
	call(t, server, "PUT", "/cards/1/stamp", `{"times":"two"}`).want(t, 422, "invalid")
	call(t, server, "POST", "/cards/1/crash", "").want(t, 500, "internal")

	got := call(t, server, "GET", "/cards/1", "")
	got.want(t, 200, "")
	if got.Header.Get("ETag") != `"2"` || got.member(t, "stamps") != 2.0 {
		t.Errorf("state %v %s", got.Header, got.body)
	}
	call(t, server, "GET", "/cards/1", "", "If-None-Match", `W/"2"`).want(t, 304, "")
	call(t, server, "GET", "/cards/unknown", "").want(t, 404, "not_found")
	declined := call(t, server, "PUT", "/cards/1/stamp", `{"times":5}`)
	declined.want(t, 402, "payment_declined")
	if declined.Header.Get("Store-Position") != "3" {
		t.Error("the command was committed and its position is not told")
	}
}

func TestPreconditions(t *testing.T) {
	t.Parallel()
	server := desk(t)
	call(t, server, "PUT", "/cards/1", "", "If-Match", "*").want(t, 412, "precondition_failed")
	call(t, server, "PUT", "/cards/1", "").want(t, 201, "")
	for tag, status := range map[string]int{`"9"`: 412, `"1x"`: 412, `"1`: 412} {
		call(t, server, "PUT", "/cards/1/stamp", `{"times":1}`, "If-Match", tag).want(t, status, "precondition_failed")
	}
	call(t, server, "PUT", "/cards/1/stamp", `{"times":1}`, "If-Match", `"7", W/"1"`).want(t, 202, "")
	call(t, server, "PUT", "/cards/1/stamp", `{"times":1}`, "If-Match", `"1"`).want(t, 412, "precondition_failed")
	call(t, server, "PUT", "/cards/1/stamp", `{"times":1}`, "If-Match", `*`).want(t, 202, "")
}

func TestARepeatedKeyIsAnsweredAsTheFirstTime(t *testing.T) {
	t.Parallel()
	server := desk(t)
	call(t, server, "PUT", "/cards/1", "").want(t, 201, "")
	first := call(t, server, "POST", "/cards/1/stamp", `{"times":1}`, "Idempotency-Key", "k", "X-Actor", "ada")
	first.want(t, 200, "")
	call(t, server, "POST", "/cards/1/stamp", `{"times":3}`).want(t, 200, "")
	second := call(t, server, "POST", "/cards/1/stamp", ` { "times" : 1 } `, "Idempotency-Key", "k", "X-Actor", "ada")
	second.want(t, 200, "")
	for _, name := range []string{"ETag", "Store-Position"} {
		if first.Header.Get(name) != second.Header.Get(name) {
			t.Errorf("%s: first %q, second %q", name, first.Header.Get(name), second.Header.Get(name))
		}
	}
	if first.body != second.body {
		t.Errorf("first %s, second %s", first.body, second.body)
	}
	if now := call(t, server, "GET", "/cards/1", ""); now.member(t, "stamps") != 4.0 {
		t.Errorf("stamped twice: %s", now.body)
	}
	call(t, server, "POST", "/cards/1/stamp", `{"times":2}`, "Idempotency-Key", "k", "X-Actor", "ada").want(t, 409, "idempotency_mismatch")
	call(t, server, "POST", "/cards/1/stamp", `{"times":2}`, "Idempotency-Key", "k", "X-Actor", "bob").want(t, 200, "")
	call(t, server, "POST", "/cards/1/stamp", `{"times":2}`, "Idempotency-Key", strings.Repeat("k", 256)).want(t, 400, "bad_request")
}

func TestARepeatedCreationMakesOne(t *testing.T) {
	t.Parallel()
	server := desk(t)
	var all sync.WaitGroup
	answers := make([]answer, 8)
	for i := range answers {
		all.Go(func() {
			answers[i] = call(t, server, "POST", "/cards", `{"name":"x"}`, "Idempotency-Key", "k", "X-Actor", "ada")
		})
	}
	all.Wait()
	for _, a := range answers {
		a.want(t, 201, "")
		if a.body != answers[0].body || a.Header.Get("Store-Position") != answers[0].Header.Get("Store-Position") {
			t.Errorf("got %s at %s and %s at %s", a.body, a.Header.Get("Store-Position"), answers[0].body, answers[0].Header.Get("Store-Position"))
		}
	}
	call(t, server, "POST", "/cards", `{"name":"y"}`, "Idempotency-Key", "k", "X-Actor", "ada").want(t, 409, "idempotency_mismatch")
	for i, headers := range [][]string{{"X-Actor", "bob", "Idempotency-Key", "k"}, {"X-Actor", "ada"}, {"X-Actor", "ada", "Idempotency-Key", "l"}} {
		other := call(t, server, "POST", "/cards", `{"name":"x"}`, headers...)
		other.want(t, 201, "")
		if want := fmt.Sprint(i + 2); other.Header.Get("Store-Position") != want {
			t.Errorf("%v: position %s, want a card of its own at %s", headers, other.Header.Get("Store-Position"), want)
		}
	}
}

func TestAwaitingTheOutcome(t *testing.T) {
	t.Parallel()
	server := desk(t)
	call(t, server, "PUT", "/cards/1", "").want(t, 201, "")
	never := call(t, server, "POST", "/cards/1/never", "")
	never.want(t, 202, "")
	if never.member(t, "stamps") != 0.0 || never.Header.Get("Store-Position") != "2" {
		t.Errorf("answer %v %s", never.Header, never.body)
	}
	done := call(t, server, "POST", "/cards/1/later", "")
	done.want(t, 200, "")
	if done.member(t, "stamps") != 1.0 || done.Header.Get("Store-Position") != "3" {
		t.Errorf("answer %v %s", done.Header, done.body)
	}
}

func TestOfManyWithOneIfMatchOneWins(t *testing.T) {
	t.Parallel()
	server := desk(t)
	call(t, server, "PUT", "/cards/1", "").want(t, 201, "")
	var won atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := call(t, server, "PUT", "/cards/1/stamp", `{"times":1}`, "If-Match", `"1"`); got.StatusCode == 202 {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if n := won.Load(); n != 1 {
		t.Errorf("%d changes were made to version 1, want 1", n)
	}
}
