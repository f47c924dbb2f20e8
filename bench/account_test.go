package bench

import (
	"encoding/json"
	"strings"

	"github.com/composable-go/composable/store"
)

// account is the feature that is measured: one command, one event of 200 bytes.
type account struct{ Balance int }

type (
	action interface{ isAction() }

	deposit struct {
		Amount int
		Note   string
	}
	withdraw  struct{ Amount int }
	deposited struct {
		Amount int
		Note   string
	}
)

func (deposit) isAction()   {}
func (withdraw) isAction()  {}
func (deposited) isAction() {}

// errEmpty is what a withdrawal meets: it is there to be refused.
var errEmpty = store.Refuse(store.Conflict, "empty", "there is nothing to withdraw")

type reducer struct{}

func (reducer) Actions() store.Actions[action] {
	return store.Actions[action]{Commands: []action{deposit{}, withdraw{}}, Events: []action{deposited{}}}
}

func (reducer) Reduce(s *account, a action, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case deposit:
		return store.Effects{store.Record(deposited(a))}, nil
	case withdraw:
		return nil, errEmpty
	case deposited:
		s.Balance += a.Amount
	}
	return nil, nil
}

// unsaved is the same state in a form of which no snapshot can be taken.
type unsaved struct{ account account }

type unsavedReducer struct{ reducer }

func (r unsavedReducer) Reduce(s *unsaved, a action, env store.Env) (store.Effects, error) {
	return r.reducer.Reduce(&s.account, a, env)
}

func aDeposit() deposit { return deposit{Amount: 1, Note: strings.Repeat("x", 178)} }

// encoded is the event as plain transactions write it.
func encoded() ([]byte, error) { return json.Marshal(deposited(aDeposit())) }
