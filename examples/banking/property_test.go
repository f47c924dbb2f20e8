package main

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/transfer"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// Whatever customers do, and in whatever order the commands between accounts and
// transfers arrive: at any moment all money is on an account or in flight.
func TestNoOrderOfDeliveriesLosesOrMakesMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 60).Draw(t, "length") {
			if len(w.mail) > 0 && rapid.Bool().Draw(t, "deliver") {
				w.deliver(rapid.IntRange(0, len(w.mail)-1).Draw(t, "which"))
			} else {
				w.customer()
			}
			w.audit(false)
		}
		for len(w.mail) > 0 {
			w.deliver(rapid.IntRange(0, len(w.mail)-1).Draw(t, "which"))
			w.audit(len(w.mail) == 0)
		}
	})
}

// world is three accounts, any number of transfers, and the commands on their way.
type world struct {
	t         *rapid.T
	accounts  map[string]*storetest.Story[account.Account, account.Action]
	transfers map[string]*storetest.Story[transfer.Transfer, transfer.Action]
	mail      []letter

	outside  int64            // deposits less withdrawals
	inFlight map[string]int64 // by transfer, as the accounts have recorded it
}

type letter struct {
	from string // the transfer that gets the refusal
	store.DispatchEffect
}

func newWorld(t *rapid.T) *world {
	w := &world{
		t: t, inFlight: map[string]int64{},
		accounts:  map[string]*storetest.Story[account.Account, account.Action]{},
		transfers: map[string]*storetest.Story[transfer.Transfer, transfer.Action]{},
	}
	for _, id := range []string{"a", "b", "c"} {
		w.accounts[id] = storetest.Given[account.Account, account.Action](t, account.Reducer{}, account.Opened{ID: id, Owner: "somebody"})
	}
	return w
}

func (w *world) customer() {
	id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(w.t, "account")
	cents := rapid.Int64Range(1, 100).Draw(w.t, "cents")
	switch rapid.IntRange(0, 4).Draw(w.t, "wish") {
	case 0:
		w.account(id, account.Deposit{AmountCents: cents})
	case 1:
		w.account(id, account.Withdraw{AmountCents: cents})
	case 2:
		w.account(id, account.Close{})
	default:
		to := rapid.SampledFrom([]string{"a", "b", "c", "nowhere"}).Draw(w.t, "to")
		transferID := fmt.Sprint("t", len(w.transfers))
		w.transfers[transferID] = storetest.Given(w.t, transfer.Reducer{})
		w.transfer(transferID, transfer.Start{ID: transferID, From: id, To: to, AmountCents: cents})
	}
}

func (w *world) deliver(which int) {
	l := w.mail[which]
	w.mail = append(w.mail[:which:which], w.mail[which+1:]...)
	switch c := l.Command.(type) {
	case account.Action:
		if refused := w.account(l.Key, c); refused != nil {
			w.refuse(l, refused)
		}
	case account.DebitMade:
		w.transfer(l.Key, transfer.DebitMade{DebitMade: c})
	case account.CreditMade:
		w.transfer(l.Key, transfer.CreditMade{CreditMade: c})
	case account.RefundMade:
		w.transfer(l.Key, transfer.RefundMade{RefundMade: c})
	}
}

func (w *world) refuse(l letter, refused error) {
	why := store.Refusal{Code: store.AsRefusal(refused).Code}
	switch l.Refused.(type) {
	case transfer.DebitRefused:
		w.transfer(l.from, transfer.DebitRefused{Refusal: why})
	case transfer.CreditRefused:
		w.transfer(l.from, transfer.CreditRefused{Refusal: why})
	default:
		w.t.Fatalf("%+v was refused and nobody hears of it: %v", l, refused)
	}
}

func (w *world) account(id string, action account.Action) error {
	s, known := w.accounts[id]
	if !known {
		s = storetest.Given(w.t, account.Reducer{})
		w.accounts[id] = s
	}
	effects, err := s.When(action).Outcome()
	w.post("", effects)
	return err
}

func (w *world) transfer(id string, action transfer.Action) {
	effects, _ := w.transfers[id].When(action).Outcome()
	w.post(id, effects)
}

func (w *world) post(from string, effects store.Effects) {
	for _, e := range effects {
		switch e := e.(type) {
		case store.DispatchEffect:
			w.mail = append(w.mail, letter{from, e})
		case store.RecordEffect:
			for _, event := range e.Events {
				w.book(event)
			}
		}
	}
}

func (w *world) book(event any) {
	switch e := event.(type) {
	case account.Deposited:
		w.outside += e.AmountCents
	case account.Withdrawn:
		w.outside -= e.AmountCents
	case account.Debited:
		w.inFlight[e.TransferID] += e.AmountCents
	case account.Credited:
		w.inFlight[e.TransferID] -= e.AmountCents
	case account.Refunded:
		w.inFlight[e.TransferID] -= e.AmountCents
	}
}

func (w *world) audit(atRest bool) {
	var inside int64
	for id, s := range w.accounts {
		s.State(func(a account.Account) {
			if inside += a.BalanceCents; a.BalanceCents < 0 {
				w.t.Fatalf("account %s has %d cents", id, a.BalanceCents)
			}
		})
	}
	for id, s := range w.transfers {
		s.State(func(tr transfer.Transfer) {
			cents := w.inFlight[id]
			if cents != 0 && cents != tr.AmountCents {
				w.t.Fatalf("%+v has %d cents in flight", tr, cents)
			}
			if atRest && (cents != 0 || tr.Status != "" && !tr.Final()) {
				w.t.Fatalf("%+v never ends, with %d cents in flight", tr, cents)
			}
			inside += cents
		})
	}
	if inside != w.outside {
		w.t.Fatalf("%d cents came from outside, %d are here", w.outside, inside)
	}
}
