package payment

import (
	"context"
	"time"

	"github.com/composable-go/composable/store"
)

// Gateway is the bank's side. An error means that the outcome is not known yet; the
// call is repeated with the same key, under which it happens once.
type Gateway interface {
	// Charge answers [Approved] or [Refused].
	Charge(ctx context.Context, key store.Key, t Take) (Action, error)
	// Refund gives a charge back.
	Refund(ctx context.Context, key store.Key, p PayBack) (PaidBack, error)
}

// Handle registers the effects of payments. A call that fails is repeated for some
// minutes.
func Handle(rt *store.Runtime, gateway Gateway) {
	retry := store.Retry{Max: 30, Base: 250 * time.Millisecond, Cap: 20 * time.Second, Timeout: 10 * time.Second}
	store.Handle(rt, func(ctx context.Context, t Take, key store.Key) (Action, error) {
		return gateway.Charge(ctx, key, t)
	}, retry)
	store.Handle(rt, func(ctx context.Context, p PayBack, key store.Key) (PaidBack, error) {
		return gateway.Refund(ctx, key, p)
	}, retry)
}
