package ws_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// A vault is what attackers are let loose on. Each is followed by its owner alone.
type (
	vault       struct{ Notes []string }
	vaultAction interface{ vault() }

	Deposit   struct{ Note string }
	Shred     struct{} // not offered to clients
	Deposited struct{ Note string }
	Shredded  struct{}
	Audited   struct{} // the result of an effect, which nobody else may claim
)

func (Deposit) vault()   {}
func (Shred) vault()     {}
func (Deposited) vault() {}
func (Shredded) vault()  {}
func (Audited) vault()   {}

type vaults struct{}

func (vaults) Actions() store.Actions[vaultAction] {
	return store.Actions[vaultAction]{
		Commands: []vaultAction{Deposit{}, Shred{}},
		Events:   []vaultAction{Deposited{}, Shredded{}},
		Results:  []vaultAction{Audited{}},
	}
}

func (vaults) Reduce(s *vault, a vaultAction, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Deposit:
		switch {
		case env.Actor.ID == "":
			return nil, store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
		case a.Note == "broken":
			panic("secret: the reducer is broken")
		}
		return store.Effects{store.Record(Deposited(a))}, nil
	case Shred, Audited:
		return store.Effects{store.Record(Shredded{})}, nil
	case Deposited:
		s.Notes = append(s.Notes[:len(s.Notes):len(s.Notes)], a.Note)
	}
	return nil, nil
}

// bank is a hub with vaults, and counts who was asked for a name.
type bank struct {
	*house
	vaults *store.Store[vault, vaultAction]
	asked  atomic.Int32
}

// openBank has /ws for everybody and /members for those who are somebody.
func openBank(t *testing.T, log eventlog.Backend, o ws.Options) *bank {
	t.Helper()
	o.Logger, o.Problem = slog.New(slog.DiscardHandler), web.Problem
	rt := store.NewRuntime(log, store.Options{Logger: o.Logger})
	b := &bank{house: &house{t: t, rt: rt, hub: ws.NewHub(rt, o)}, vaults: store.New(rt, "vault", vaults{})}
	b.hub.Add(
		ws.Expose(b.vaults, ws.Commands(Deposit{}), ws.View(func(e ws.Recorded[vaultAction]) []ws.Message {
			return []ws.Message{{Topic: "vault:" + e.Key, Action: e.Action}}
		})),
		ws.Grant("vault", func(_ context.Context, actor store.Actor, key string) (bool, error) {
			if key == "broken" {
				return false, errors.New("secret: the grant is broken")
			}
			return actor.ID != "" && actor.ID == key, nil
		}),
		ws.Query("echo", func(_ context.Context, _ store.Actor, params json.RawMessage) (any, error) {
			if string(params) == `"broken"` {
				return nil, errors.New("secret: the query is broken")
			}
			return params, nil
		}, func(json.RawMessage) []string { return []string{"vault:ada"} }),
	)
	if err := errors.Join(rt.Start(t.Context()), b.hub.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/ws/", b.hub.Handler(b.byHeader))
	mux.Handle("/ws", b.hub.Handler(b.byHeader, ws.To("vault", func(*http.Request) string { return "ada" })))
	mux.Handle("/members", b.hub.Handler(func(r *http.Request) (store.Actor, error) {
		actor, err := b.byHeader(r)
		if err == nil && actor.ID == "" {
			err = web.ErrUnauthenticated
		}
		return actor, err
	}))
	b.server = httptest.NewServer(mux)
	t.Cleanup(b.close)
	return b
}

func (b *bank) byHeader(r *http.Request) (store.Actor, error) {
	b.asked.Add(1)
	return byHeader(r)
}

// recorded fails when the log holds anything but these events.
func (b *bank) recorded(names ...string) {
	b.t.Helper()
	events, err := b.rt.Log().ReadAll(context.Background(), 0, 10_000)
	if err != nil {
		b.t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Name)
	}
	if !slices.Equal(got, names) {
		b.t.Errorf("recorded %v, want %v", got, names)
	}
}

func openMemoryBank(t *testing.T) *bank {
	t.Helper()
	return openBank(t, memory.New(), ws.Options{})
}
