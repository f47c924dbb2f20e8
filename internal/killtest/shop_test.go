package killtest

import (
	"time"

	"github.com/composable-go/composable/store"
)

// The shop's orders ask for everything that has to survive a kill: a call to the
// outside whose result comes back, a command for another stream that may be
// refused, and a timer. Nothing guards against what comes twice, so that it shows.
type (
	order       struct{}
	orderAction interface{ isOrderAction() }

	place struct {
		Order string
		Card  string
		Count int
	}
	charged     struct{}
	unavailable struct{ store.Refusal }
	remind      struct{}

	placed struct {
		Order string
		Card  string
		Count int
	}
	paid     struct{}
	rejected struct{ Code string }
	reminded struct{}
)

func (place) isOrderAction()       {}
func (charged) isOrderAction()     {}
func (unavailable) isOrderAction() {}
func (remind) isOrderAction()      {}
func (placed) isOrderAction()      {}
func (paid) isOrderAction()        {}
func (rejected) isOrderAction()    {}
func (reminded) isOrderAction()    {}

// charge is what the outside world does for an order.
type charge struct{ Order, Card string }

func (charge) EffectName() string { return "charge" }

// remindAfter is less than it takes to start a process: what was set right before
// a kill falls due while nobody is there.
const remindAfter = 100 * time.Microsecond

type orders struct{}

func (orders) Actions() store.Actions[orderAction] {
	return store.Actions[orderAction]{
		Commands: []orderAction{place{}},
		Events:   []orderAction{placed{}, paid{}, rejected{}, reminded{}},
		Results:  []orderAction{charged{}, unavailable{}, remind{}},
	}
}

func (orders) Reduce(_ *order, a orderAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case place:
		return store.Effects{
			store.Record(placed(a)),
			charge{a.Order, a.Card},
			store.Dispatch("shelf", "front", take{a.Order, a.Count}).OnRefusal(unavailable{}),
			store.After("reminder", remindAfter, remind{}),
		}, nil
	case charged:
		return store.Effects{store.Record(paid{})}, nil
	case unavailable:
		return store.Effects{store.Record(rejected{a.Code})}, nil
	case remind:
		return store.Effects{store.Record(reminded{})}, nil
	}
	return nil, nil
}

// The shelf is one stream that all orders meet at.
type (
	shelf       struct{}
	shelfAction interface{ isShelfAction() }

	take struct {
		Order string
		Count int
	}
	taken struct {
		Order string
		Count int
	}
)

func (take) isShelfAction()  {}
func (taken) isShelfAction() {}

type shelves struct{}

func (shelves) Actions() store.Actions[shelfAction] {
	return store.Actions[shelfAction]{Commands: []shelfAction{take{}}, Events: []shelfAction{taken{}}}
}

// perCustomer is how much one order may take.
const perCustomer = 1

func (shelves) Reduce(_ *shelf, a shelfAction, _ store.Env) (store.Effects, error) {
	if a, ok := a.(take); ok {
		if a.Count > perCustomer {
			return nil, store.Refuse(store.Conflict, "too_many", "only %d per customer", perCustomer)
		}
		return store.Effects{store.Record(taken(a))}, nil
	}
	return nil, nil
}
