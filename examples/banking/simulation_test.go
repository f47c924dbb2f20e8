package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/examples/banking/transfer"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// The bank on nodes that crash, and customers who count their cash.
func TestSimulation(t *testing.T) {
	t.Parallel()
	storetest.Simulate(t, storetest.Simulation{Seeds: 300, World: func(*rand.Rand) storetest.Build {
		cash := map[string]int64{}
		return func(rt *store.Runtime) storetest.App {
			s := &simulated{
				Bank: Register(rt), log: rt.Log(), cash: cash,
				balances: map[string]int64{}, flights: map[string]flight{},
			}
			return s.app()
		}
	}})
}

const (
	simulatedAccounts  = 4
	simulatedTransfers = 30
)

// simulated is the bank on one node, and an auditor who reads its log.
type simulated struct {
	Bank
	log  eventlog.Log
	cash map[string]int64 // brought to the bank and fetched there, by command: what the customers know

	audited  int64 // position
	balances map[string]int64
	flights  map[string]flight
}

// flight is what a transfer did.
type flight struct{ debited, landed int64 }

func (s *simulated) app() storetest.App {
	move := storetest.Move{Name: "transfer", Do: s.transfer}
	bring := storetest.Move{Name: "deposit", Do: s.deposit}
	return storetest.App{
		Moves: []storetest.Move{
			{Name: "open", Do: s.open},
			bring, bring, move, move, move,
			{Name: "withdraw", Do: s.withdraw},
			{Name: "close", Do: s.close},
		},
		Invariant: s.audit,
		Settled:   s.addsUp,
	}
}

func anyAccount(r *rand.Rand) string { return strconv.Itoa(r.IntN(simulatedAccounts)) }

func (s *simulated) open(ctx context.Context, r *rand.Rand) error {
	id := anyAccount(r)
	_, err := s.Accounts.Send(ctx, id, account.Open{ID: id, Owner: "Ann"})
	return err
}

func (s *simulated) close(ctx context.Context, r *rand.Rand) error {
	_, err := s.Accounts.Send(ctx, anyAccount(r), account.Close{})
	return err
}

func (s *simulated) deposit(ctx context.Context, r *rand.Rand) error {
	id, cents := anyAccount(r), 1+r.Int64N(100)
	return s.counted(ctx, id, account.Deposit{AmountCents: cents}, cents)
}

func (s *simulated) withdraw(ctx context.Context, r *rand.Rand) error {
	id, cents := anyAccount(r), 1+r.Int64N(100)
	return s.counted(ctx, id, account.Withdraw{AmountCents: cents}, -cents)
}

func (s *simulated) counted(ctx context.Context, id string, a account.Action, cents int64) error {
	_, err := s.Accounts.Send(ctx, id, a)
	if err == nil {
		s.cash[store.OriginFrom(ctx).CommandID] = cents
	}
	return err
}

func (s *simulated) transfer(ctx context.Context, r *rand.Rand) error {
	id := strconv.Itoa(r.IntN(simulatedTransfers))
	_, err := s.Transfers.Send(ctx, id, transfer.Start{ID: id, From: anyAccount(r), To: anyAccount(r), AmountCents: 1 + r.Int64N(100)})
	return err
}

// audit holds at every moment: no account and no transfer owes money, and the
// accounts have what their events say.
func (s *simulated) audit(ctx context.Context) error {
	events, err := s.log.ReadAll(ctx, s.audited, 1000)
	if err != nil {
		return err
	}
	for _, e := range events {
		s.audited = e.Position
		if err := s.book(e); err != nil {
			return err
		}
	}
	for id, want := range s.balances {
		a, err := s.Accounts.State(ctx, id)
		if err != nil {
			return err
		}
		if want < 0 || a.State.BalanceCents != want {
			return fmt.Errorf("account %s has %d, want %d", id, a.State.BalanceCents, want)
		}
	}
	return nil
}

func (s *simulated) book(e eventlog.Event) error {
	var m struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	if err := json.Unmarshal(e.Data, &m); err != nil || e.Stream.Store != stream.Account {
		return err
	}
	f := s.flights[m.TransferID]
	switch e.Name {
	case "Deposited":
		s.balances[e.Stream.Key] += m.AmountCents
	case "Withdrawn":
		s.balances[e.Stream.Key] -= m.AmountCents
	case "Debited":
		s.balances[e.Stream.Key] -= m.AmountCents
		f.debited += m.AmountCents
	case "Credited", "Refunded":
		s.balances[e.Stream.Key] += m.AmountCents
		f.landed += m.AmountCents
	}
	if m.TransferID != "" {
		s.flights[m.TransferID] = f
	}
	if f.landed > f.debited {
		return fmt.Errorf("transfer %s lands %d of %d", m.TransferID, f.landed, f.debited)
	}
	return nil
}

// addsUp holds at the end: every transfer has ended, and the accounts have what the
// customers have brought.
func (s *simulated) addsUp(ctx context.Context) error {
	var balances, cash int64
	for _, cents := range s.balances {
		balances += cents
	}
	for _, cents := range s.cash {
		cash += cents
	}
	if balances != cash {
		return fmt.Errorf("the accounts have %d, the customers brought %d", balances, cash)
	}
	for n := range simulatedTransfers {
		id := strconv.Itoa(n)
		t, err := s.Transfers.State(ctx, id)
		if err != nil {
			return err
		}
		moved := t.State.Status == transfer.StatusCompleted || t.State.Status == transfer.StatusRefunded
		f := s.flights[id]
		if t.Version > 0 && !t.State.Final() || f.landed != f.debited || (f.debited == t.State.AmountCents) != moved && t.Version > 0 {
			return fmt.Errorf("transfer %s is %+v, and moved %+v", id, t.State, f)
		}
	}
	return nil
}
