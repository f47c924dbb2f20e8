package payment

import (
	"context"
	"errors"
	"time"

	"github.com/composable-go/composable/store"
)

// Gateway is the bank's side. An error means that the outcome is unknown.
type Gateway interface {
	// Charge takes the amount, once per payment id however often it is asked:
	// Charged, Declined, or Dropped when it had been told to drop it.
	Charge(ctx context.Context, c Charge) (Action, error)
	// Lookup returns what became of a charge; nil when the gateway knows of none.
	Lookup(ctx context.Context, paymentID string) (Action, error)
	// Drop keeps a charge from happening, whether it was asked for already or will
	// be: Dropped, or what had become of it before.
	Drop(ctx context.Context, paymentID string) (Action, error)
	// PayBack refunds an amount of a charge, once per key.
	PayBack(ctx context.Context, key string, p PayBack) (PaidBack, error)
}

// Options say how the gateway is dealt with; the zero value works.
type Options struct {
	Timeout time.Duration // of one call, default 5 s
}

// Handle registers the effects of payments. A call that fails is repeated with
// growing pauses for some minutes; after 20 failures in a row of one kind of call it
// is not made for five seconds.
func Handle(rt *store.Runtime, gateway Gateway, o Options) {
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	d := desk{gateway, o.Timeout}
	retry := store.Retry{Max: 20, Base: 200 * time.Millisecond, Cap: 20 * time.Second, Timeout: 2*o.Timeout + time.Second}
	breaker := store.Breaker{Failures: 20, Pause: 5 * time.Second}
	store.Handle(rt, d.charge, retry, breaker)
	store.Handle(rt, d.drop, retry, breaker)
	store.Handle(rt, d.payBack, retry, breaker)
}

// desk talks to the gateway.
type desk struct {
	gateway Gateway
	timeout time.Duration
}

// charge asks what became of a charge whose answer did not come.
func (d desk) charge(ctx context.Context, c Charge, _ store.Key) (Action, error) {
	result, err := d.call(ctx, func(ctx context.Context) (Action, error) { return d.gateway.Charge(ctx, c) })
	if err == nil {
		return result, nil
	}
	known, lookupErr := d.call(ctx, func(ctx context.Context) (Action, error) { return d.gateway.Lookup(ctx, c.PaymentID) })
	if known != nil {
		return known, nil
	}
	return nil, errors.Join(err, lookupErr)
}

func (d desk) drop(ctx context.Context, e Drop, _ store.Key) (Action, error) {
	return d.call(ctx, func(ctx context.Context) (Action, error) { return d.gateway.Drop(ctx, e.PaymentID) })
}

func (d desk) payBack(ctx context.Context, e PayBack, key store.Key) (Action, error) {
	return d.call(ctx, func(ctx context.Context) (Action, error) { return d.gateway.PayBack(ctx, string(key), e) })
}

func (d desk) call(ctx context.Context, ask func(context.Context) (Action, error)) (Action, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	return ask(ctx)
}
