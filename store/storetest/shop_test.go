package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// A shop to simulate: orders take a piece from a shelf of three and are charged for
// it; who cannot pay gives it back. Its mistakes can be switched on.
type mistakes struct {
	ignoresKey    bool // the bank is asked to charge again when the effect is repeated
	keepsPiece    bool // a declined order does not give its piece back
	panics        bool
	reminds       bool // for ever
	drawsAnew     bool // a client's move is another one when it is repeated
	forgetsEvents bool // a follower skips what it could not handle
	standsStill   bool // a follower cannot go on at all
	blowsUp       bool // the invariant panics
}

const shelfSize = 3

type sale struct{ Status string }

type saleAction interface{ isSale() }

type (
	buy      struct{ Order, Card string }
	got      struct{}
	gone     struct{}
	paidUp   struct{}
	notPaid  struct{}
	again    struct{}
	ordered  struct{ Order, Card string }
	reserved struct{}
	finished struct{ Status string }
)

func (buy) isSale()      {}
func (got) isSale()      {}
func (gone) isSale()     {}
func (paidUp) isSale()   {}
func (notPaid) isSale()  {}
func (again) isSale()    {}
func (ordered) isSale()  {}
func (reserved) isSale() {}
func (finished) isSale() {}

type debit struct{ Order string }

func (debit) EffectName() string { return "debit" }

var errBought = store.Refuse(store.Conflict, "bought", "it is bought")

type sales struct{ mistakes }

func (sales) Actions() store.Actions[saleAction] {
	return store.Actions[saleAction]{
		Commands: []saleAction{buy{}},
		Results:  []saleAction{got{}, gone{}, paidUp{}, notPaid{}, again{}},
		Events:   []saleAction{ordered{}, reserved{}, finished{}},
	}
}

func (r sales) Reduce(s *sale, a saleAction, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case buy:
		if s.Status != "" {
			return nil, errBought
		}
		return store.Effects{store.Record(ordered(a)), store.Dispatch("shelf", "1", take{a.Order}).OnRefusal(gone{})}, nil
	case got:
		return store.Effects{store.Record(reserved{}), debit{env.CorrelationID}}, nil
	case gone:
		return store.Effects{store.Record(finished{"gone"})}, nil
	case paidUp:
		if r.panics {
			panic("out of order")
		}
		return store.Effects{store.Record(finished{"paid"})}, nil
	case notPaid:
		if r.keepsPiece {
			return store.Effects{store.Record(finished{"not paid"})}, nil
		}
		return store.Effects{store.Record(finished{"not paid"}), store.Dispatch("shelf", "1", giveBack{})}, nil
	case again:
		return store.Effects{store.After("again", 1, again{})}, nil
	case ordered:
		s.Status = "ordered"
		if r.reminds {
			return store.Effects{store.After("again", 1, again{})}, nil
		}
	case finished:
		s.Status = a.Status
	}
	return nil, nil
}

type shelf struct{ Taken int }

type shelfAction interface{ isShelf() }

type (
	take      struct{ Order string }
	giveBack  struct{}
	taken     struct{}
	givenBack struct{}
)

func (take) isShelf()      {}
func (giveBack) isShelf()  {}
func (taken) isShelf()     {}
func (givenBack) isShelf() {}

type shelves struct{}

func (shelves) Actions() store.Actions[shelfAction] {
	return store.Actions[shelfAction]{Commands: []shelfAction{take{}, giveBack{}}, Events: []shelfAction{taken{}, givenBack{}}}
}

func (shelves) Reduce(s *shelf, a shelfAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case take:
		if s.Taken == shelfSize {
			return nil, store.Refuse(store.Conflict, "empty", "the shelf is empty")
		}
		return store.Effects{store.Record(taken{}), store.Dispatch("sale", a.Order, got{})}, nil
	case giveBack:
		return store.Effects{store.Record(givenBack{})}, nil
	case taken:
		s.Taken++
	case givenBack:
		s.Taken--
	}
	return nil, nil
}

// world is what is outside of the shop.
type world struct {
	mistakes
	answers map[store.Key]bool // of the bank
	debits  int
	read    int64 // how far the sales were counted
	sold    int
	whims   int
}

func shop(m mistakes) storetest.Simulation {
	return storetest.Simulation{World: func(*rand.Rand) storetest.Build {
		w := &world{mistakes: m, answers: map[store.Key]bool{}}
		return w.build
	}}
}

func (w *world) build(rt *store.Runtime) storetest.App {
	sold := store.New(rt, "sale", sales{w.mistakes})
	shelf := store.New(rt, "shelf", shelves{})
	store.Handle(rt, w.debit)
	return storetest.App{
		Moves: []storetest.Move{{Name: "buy", Do: func(ctx context.Context, r *rand.Rand) error {
			key := strconv.Itoa(r.IntN(8))
			if w.drawsAnew {
				w.whims++
			}
			_, err := sold.Send(ctx, key, buy{key, strconv.Itoa(w.whims)})
			return err
		}}},
		Followers: []func(context.Context) (bool, error){func(ctx context.Context) (bool, error) { return w.count(ctx, rt.Log()) }},
		Invariant: func(ctx context.Context) error {
			if w.blowsUp {
				panic("nobody looks")
			}
			s, err := shelf.State(ctx, "1")
			if err == nil && (s.State.Taken < 0 || s.State.Taken > shelfSize) {
				return fmt.Errorf("%d of %d are taken", s.State.Taken, shelfSize)
			}
			return err
		},
		Settled: func(ctx context.Context) error {
			s, err := shelf.State(ctx, "1")
			if err == nil && (s.State.Taken != w.debits || w.sold != w.debits) {
				return fmt.Errorf("%d are taken, %d debited, %d counted as sold", s.State.Taken, w.debits, w.sold)
			}
			return err
		},
	}
}

// debit is the bank: one answer per key.
func (w *world) debit(_ context.Context, _ debit, key store.Key) (saleAction, error) {
	if w.ignoresKey {
		key = store.Key(strconv.Itoa(len(w.answers)))
	}
	accepted, known := w.answers[key]
	if !known {
		accepted = key[0]%2 == 0
		w.answers[key] = accepted
		if accepted {
			w.debits++
		}
	}
	if accepted {
		return paidUp{}, nil
	}
	return notPaid{}, nil
}

// count follows the log; its checkpoint moves with what it counted.
func (w *world) count(ctx context.Context, log eventlog.Log) (moved bool, err error) {
	if w.standsStill {
		return false, errors.New("poison")
	}
	events, err := log.ReadAll(ctx, w.read, 2)
	if w.forgetsEvents && err != nil {
		w.read++
	}
	for _, e := range events {
		w.read = e.Position
		if e.Name == "finished" && string(e.Data) == `{"Status":"paid"}` {
			w.sold++
		}
	}
	return len(events) > 0, err
}
