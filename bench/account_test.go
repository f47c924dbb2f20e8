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
	deposited struct {
		Amount int
		Note   string
	}
)

func (deposit) isAction()   {}
func (deposited) isAction() {}

type reducer struct{}

func (reducer) Actions() store.Actions[action] {
	return store.Actions[action]{Commands: []action{deposit{}}, Events: []action{deposited{}}}
}

func (reducer) Reduce(s *account, a action, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case deposit:
		return store.Effects{store.Record(deposited(a))}, nil
	case deposited:
		s.Balance += a.Amount
	}
	return nil, nil
}

func aDeposit() deposit { return deposit{Amount: 1, Note: strings.Repeat("x", 178)} }

// encoded is the event as plain transactions write it.
func encoded() ([]byte, error) { return json.Marshal(deposited(aDeposit())) }
