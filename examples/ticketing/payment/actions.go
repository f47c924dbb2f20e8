package payment

import "github.com/composable-go/composable/store"

// Action is what can happen to a payment.
type Action interface{ payment() }

// Commands, all from the reservation.
type (
	// Start charges an amount, in minor units. The token stands for the card at the
	// gateway; it is handed to the effect and recorded nowhere.
	Start struct {
		ID            string `json:"id"`
		ReservationID string `json:"reservation_id"`
		CustomerID    string `json:"customer_id"`
		EventID       string `json:"event_id"`
		AmountCents   int64  `json:"amount_cents"`
		Currency      string `json:"currency"`
		Method        string `json:"method"`
		Token         string `json:"token"`
	}
	// Void undoes the payment.
	Void struct {
		Reason string `json:"reason"`
	}
	// Refund pays back a part of what was captured.
	Refund struct {
		AmountCents int64  `json:"amount_cents"`
		Reason      string `json:"reason"`
	}
)

// Results: what the gateway says.
type (
	// Charged means that the money has been taken.
	Charged struct {
		TransactionID string `json:"transaction_id"`
	}
	// Declined means that it was not, and will not be.
	Declined struct {
		Code string `json:"code"` // such as card_declined
	}
	// Dropped means that a charge in flight will never happen.
	Dropped struct{}
	// PaidBack means that a refund was carried out.
	PaidBack struct {
		TransactionID string `json:"transaction_id"`
	}
)

// Events.
type (
	// Started is a payment's first event.
	Started struct {
		ID            string `json:"id"`
		ReservationID string `json:"reservation_id"`
		CustomerID    string `json:"customer_id"`
		EventID       string `json:"event_id"`
		AmountCents   int64  `json:"amount_cents"`
		Currency      string `json:"currency"`
		Method        string `json:"method"`
	}
	// Authorized means that the bank agreed.
	Authorized struct {
		TransactionID string `json:"transaction_id"`
	}
	// Captured means that the money is ours.
	Captured struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Failed means that the bank declined.
	Failed struct {
		Code string `json:"code"`
	}
	// VoidRequested means that the charge in flight is to be dropped.
	VoidRequested struct {
		Reason string `json:"reason"`
	}
	// Voided means that nothing was and will be charged.
	Voided struct{}
	// RefundRequested means that an amount is to be paid back.
	RefundRequested struct {
		AmountCents int64  `json:"amount_cents"`
		Reason      string `json:"reason"`
	}
	// Refunded means that it was.
	Refunded struct {
		AmountCents   int64  `json:"amount_cents"`
		TransactionID string `json:"transaction_id"`
	}
)

// What a payment tells its reservation.
type (
	// ChargeSucceeded means that the amount was captured.
	ChargeSucceeded struct {
		PaymentID     string `json:"payment_id"`
		TransactionID string `json:"transaction_id"`
	}
	// ChargeDeclined means that it was not.
	ChargeDeclined struct {
		PaymentID string `json:"payment_id"`
		Code      string `json:"code"`
	}
	// RefundPaid means that a refund was carried out.
	RefundPaid struct {
		PaymentID   string `json:"payment_id"`
		AmountCents int64  `json:"amount_cents"`
	}
)

func (Start) payment()           {}
func (Void) payment()            {}
func (Refund) payment()          {}
func (Charged) payment()         {}
func (Declined) payment()        {}
func (Dropped) payment()         {}
func (PaidBack) payment()        {}
func (Started) payment()         {}
func (Authorized) payment()      {}
func (Captured) payment()        {}
func (Failed) payment()          {}
func (VoidRequested) payment()   {}
func (Voided) payment()          {}
func (RefundRequested) payment() {}
func (Refunded) payment()        {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Start{}, Void{}, Refund{}},
		Results:  []Action{Charged{}, Declined{}, Dropped{}, PaidBack{}},
		Events: []Action{
			Started{}, Authorized{}, Captured{}, Failed{}, VoidRequested{}, Voided{}, RefundRequested{}, Refunded{},
		},
		Refusals: []*store.Refusal{ErrNotCaptured, ErrTooMuch, ErrNoReason, ErrRefunding},
	}
}
