package reservation_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/composable-go/composable/examples/ticketing/payment"
)

// simulatedBank is a bank in bad shape: it declines some cards, is down, answers
// late, or not at all although it did what it was told. Its books outlive the box
// office.
type simulatedBank struct {
	chance  *rand.Rand
	charges map[string]payment.Action // by payment, what became of it
	amounts map[string]int64          // charged
	refunds map[string]payment.PayBack
}

func newSimulatedBank(chance *rand.Rand) *simulatedBank {
	return &simulatedBank{
		chance: chance, charges: map[string]payment.Action{}, amounts: map[string]int64{}, refunds: map[string]payment.PayBack{},
	}
}

var errBank = errors.New("the bank does not answer")

// trouble happens before and after the bank does something.
func (b *simulatedBank) trouble() error {
	switch b.chance.IntN(12) {
	case 0:
		time.Sleep(time.Duration(b.chance.Int64N(int64(4 * time.Second))))
	case 1:
		return errBank
	}
	return nil
}

// told does something unless the bank is down, and then may not say so.
func told[R any](b *simulatedBank, do func() R) (R, error) {
	var none R
	if err := b.trouble(); err != nil {
		return none, err
	}
	r := do()
	if err := b.trouble(); err != nil {
		return none, err
	}
	return r, nil
}

func (b *simulatedBank) settle(paymentID string, outcome payment.Action) payment.Action {
	if known := b.charges[paymentID]; known != nil {
		return known
	}
	b.charges[paymentID] = outcome
	return outcome
}

// Charge implements [payment.Gateway].
func (b *simulatedBank) Charge(_ context.Context, c payment.Charge) (payment.Action, error) {
	return told(b, func() payment.Action {
		if c.Token != "tok_ok" {
			return b.settle(c.PaymentID, payment.Declined{Code: "card_declined"})
		}
		outcome := b.settle(c.PaymentID, payment.Charged{TransactionID: "charge of " + c.PaymentID})
		if _, charged := outcome.(payment.Charged); charged {
			b.amounts[c.PaymentID] = c.AmountCents
		}
		return outcome
	})
}

// Lookup implements [payment.Gateway].
func (b *simulatedBank) Lookup(_ context.Context, paymentID string) (payment.Action, error) {
	return told(b, func() payment.Action { return b.charges[paymentID] })
}

// Drop implements [payment.Gateway].
func (b *simulatedBank) Drop(_ context.Context, paymentID string) (payment.Action, error) {
	return told(b, func() payment.Action { return b.settle(paymentID, payment.Dropped{}) })
}

// PayBack implements [payment.Gateway].
func (b *simulatedBank) PayBack(_ context.Context, key string, p payment.PayBack) (payment.PaidBack, error) {
	return told(b, func() payment.PaidBack {
		b.refunds[key] = p
		return payment.PaidBack{TransactionID: "refund " + key}
	})
}

func (b *simulatedBank) refunded(paymentID string) (cents int64) {
	for _, p := range b.refunds {
		if p.PaymentID == paymentID {
			cents += p.AmountCents
		}
	}
	return cents
}
