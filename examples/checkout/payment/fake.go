package payment

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/composable-go/composable/store"
)

// ErrNoAnswer means that the outcome is not known yet.
var ErrNoAnswer = errors.New("payment: the gateway does not answer")

// Fake is a [Gateway] in memory whose answer is decided by the token:
//
//	tok_ok        approved
//	tok_declined  refused: card_declined
//	tok_timeout   approved, but not in time; see [NewFake]
//
// Any other token is refused: unknown_token.
type Fake struct {
	late time.Duration

	mu     sync.Mutex
	asked  map[store.Key]time.Time
	booked map[store.Key]int64 // charges, and refunds below zero
}

// NewFake returns a gateway that approves tok_timeout that long after it was first asked.
func NewFake(late time.Duration) *Fake {
	return &Fake{late: late, asked: map[store.Key]time.Time{}, booked: map[store.Key]int64{}}
}

// Charge implements [Gateway].
func (f *Fake) Charge(_ context.Context, key store.Key, t Take) (Action, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch t.Method {
	case "tok_ok":
	case "tok_timeout":
		if f.asked[key].IsZero() {
			f.asked[key] = time.Now()
		}
		if time.Since(f.asked[key]) < f.late {
			return nil, ErrNoAnswer
		}
	case "tok_declined":
		return Refused{"card_declined"}, nil
	default:
		return Refused{"unknown_token"}, nil
	}
	f.booked[key] = t.AmountCents
	return Approved{"ch_" + string(key)}, nil
}

// Refund implements [Gateway].
func (f *Fake) Refund(_ context.Context, key store.Key, p PayBack) (PaidBack, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.booked[key] = -p.AmountCents
	return PaidBack{}, nil
}

// Books returns what was taken and what was paid back, in cents.
func (f *Fake) Books() (taken, paidBack int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, cents := range f.booked {
		taken += max(cents, 0)
		paidBack += max(-cents, 0)
	}
	return taken, paidBack
}
