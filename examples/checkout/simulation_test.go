package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/checkout/checkout"
	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// The shop on nodes that crash, its saga stepping through the log, and a bank that
// answers late.
func TestSimulation(t *testing.T) {
	t.Parallel()
	storetest.Simulate(t, storetest.Simulation{Seeds: 300, World: func(*rand.Rand) storetest.Build {
		bank := payment.NewFake(20 * time.Second)
		return func(rt *store.Runtime) storetest.App {
			shop := Register(rt, checkout.Reducer{PaymentTimeout: 10 * time.Second}, bank)
			return simulated{shop, bank}.app()
		}
	}})
}

const simulatedOrders = 12

type simulated struct {
	Shop
	bank *payment.Fake
}

func (s simulated) app() storetest.App {
	place := storetest.Move{Name: "place", Do: s.place}
	sagas := saga.NewRunner(saga.Options{Logger: slog.New(slog.DiscardHandler)}, s.Saga)
	return storetest.App{
		Moves:     []storetest.Move{place, place, {Name: "receive", Do: s.receive}},
		Followers: []func(context.Context) (bool, error){sagas.Step},
		Invariant: s.notOversold,
		Settled:   s.addsUp,
	}
}

func (s simulated) place(ctx context.Context, r *rand.Rand) error {
	id := strconv.Itoa(r.IntN(simulatedOrders))
	method := []string{"tok_ok", "tok_ok", "tok_declined", "tok_timeout"}[r.IntN(4)]
	_, err := s.Orders.Send(ctx, id, order.Place{ID: id, Product: "tea", Quantity: 1 + r.Int64N(4), PaymentMethod: method})
	return err
}

func (s simulated) receive(ctx context.Context, r *rand.Rand) error {
	_, err := s.Inventory.Send(ctx, "tea", inventory.Receive{ID: "tea", Quantity: 1 + r.Int64N(3), PriceCents: 400 + r.Int64N(100)})
	return err
}

func (s simulated) notOversold(ctx context.Context) error {
	p, err := s.Inventory.State(ctx, "tea")
	if err == nil && p.State.Available < 0 {
		return fmt.Errorf("%d are available", p.State.Available)
	}
	return err
}

// addsUp holds at the end: who is confirmed has paid, nobody else has, and nothing is
// kept for anybody.
func (s simulated) addsUp(ctx context.Context) error {
	var earned int64
	for n := range simulatedOrders {
		id := strconv.Itoa(n)
		o, err := s.Orders.State(ctx, id)
		if err != nil {
			return err
		}
		p, err := s.Payments.State(ctx, id)
		if err != nil {
			return err
		}
		confirmed := o.State.Status == order.StatusConfirmed
		captured := p.State.Status == payment.StatusCaptured
		pending := p.State.Status == payment.StatusPending || p.State.Status == payment.StatusRefunding
		if o.Version > 0 && !o.State.Final() || captured != confirmed || pending || confirmed && o.State.AmountCents != p.State.AmountCents {
			return fmt.Errorf("order %+v has the payment %+v", o.State, p.State)
		}
		if confirmed {
			earned += o.State.AmountCents
		}
	}
	if taken, paidBack := s.bank.Books(); taken-paidBack != earned {
		return fmt.Errorf("the bank took %d and paid %d back; want %d", taken, paidBack, earned)
	}
	stock, err := s.Inventory.State(ctx, "tea")
	if err == nil && len(stock.State.Reserved) > 0 {
		return fmt.Errorf("%v is kept", stock.State.Reserved)
	}
	return err
}
