package reservation

import (
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Action is what can happen to a reservation.
type Action interface{ reservation() }

// Commands.
type (
	// Initiate asks for 1 to 8 places of a section: these seats, or as many of the
	// house's choice. ID is the stream's key, a UUID.
	Initiate struct {
		ID       string   `json:"id"`
		EventID  string   `json:"event_id"`
		Section  string   `json:"section"`
		Quantity int      `json:"quantity,omitempty"`
		SeatIDs  []string `json:"seat_ids,omitempty"`
	}
	// Pay charges the whole amount. The token stands for the card and is recorded nowhere.
	Pay struct {
		Type  string `json:"type"`
		Token string `json:"token"`
	}
	// Cancel gives up the seats; when they were paid for the refund follows the policy.
	Cancel struct {
		Reason string `json:"reason,omitempty"`
	}
)

// Results: what the timer and the other streams say.
type (
	// Expire ends a hold whose time is over.
	Expire struct{}
	// HoldRefused is the no of quota or inventory.
	HoldRefused struct{ quota.HoldRefused }
	// HoldGranted brings the seats.
	HoldGranted struct{ inventory.HoldGranted }
	// SaleConfirmed makes them the customer's.
	SaleConfirmed struct{ inventory.SaleConfirmed }
	// SaleRefused says that they could not be.
	SaleRefused struct{ store.Refusal }
	// SeatsReturned says that they are free again.
	SeatsReturned struct{ inventory.SeatsReturned }
	// EventCancelled ends everything, with the whole amount back.
	EventCancelled struct{ inventory.EventCancelled }
	// ChargeSucceeded says that the money is there.
	ChargeSucceeded struct{ payment.ChargeSucceeded }
	// ChargeDeclined says that it is not.
	ChargeDeclined struct{ payment.ChargeDeclined }
	// RefundPaid says that it is back.
	RefundPaid struct{ payment.RefundPaid }
)

// Events.
type (
	// Initiated is a reservation's first event.
	Initiated struct {
		ID         string    `json:"id"`
		CustomerID string    `json:"customer_id"`
		EventID    string    `json:"event_id"`
		Section    string    `json:"section"`
		Quantity   int       `json:"quantity"`
		SeatIDs    []string  `json:"seat_ids,omitempty"`
		Attempts   int       `json:"attempts"` // to pay
		At         time.Time `json:"at"`
		ExpiresAt  time.Time `json:"expires_at"`
	}
	// SeatsHeld freezes the price.
	SeatsHeld struct {
		SeatIDs        []string `json:"seat_ids,omitempty"`
		Quantity       int      `json:"quantity"`
		UnitPriceCents int64    `json:"unit_price_cents"`
		Currency       string   `json:"currency"`
		Tier           string   `json:"tier"`
	}
	// Rejected ends a reservation that got no seats.
	Rejected struct {
		CustomerID string `json:"customer_id"`
		store.Refusal
	}
	// PaymentStarted begins an attempt to pay.
	PaymentStarted struct {
		PaymentID string `json:"payment_id"`
		Method    string `json:"method"`
	}
	// PaymentDeclined ends it without money.
	PaymentDeclined struct {
		PaymentID    string `json:"payment_id"`
		Code         string `json:"code"`
		AttemptsLeft int    `json:"attempts_left"`
	}
	// PaymentCompleted ends it with money.
	PaymentCompleted struct {
		PaymentID     string `json:"payment_id"`
		TransactionID string `json:"transaction_id"`
	}
	// Completed hands out the tickets. It repeats what read models need to know.
	Completed struct {
		CustomerID string   `json:"customer_id"`
		EventID    string   `json:"event_id"`
		Section    string   `json:"section"`
		Tickets    []Ticket `json:"tickets"`
	}
	// Expired ends a hold in time.
	Expired struct {
		CustomerID string `json:"customer_id"`
	}
	// Cancelled ends a reservation without a refund.
	Cancelled struct {
		CustomerID string `json:"customer_id"`
		Reason     string `json:"reason"`
	}
	// Compensated ends one that could not be paid, or not be confirmed.
	Compensated struct {
		CustomerID string `json:"customer_id"`
		Reason     string `json:"reason"`
	}
	// ReturnRequested begins the way back: the tickets are void from here on.
	ReturnRequested struct {
		CustomerID string    `json:"customer_id"`
		Reason     string    `json:"reason"`
		At         time.Time `json:"at"`
	}
	// RefundDecided says how much goes back.
	RefundDecided struct {
		CustomerID  string `json:"customer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Refunded ends a reservation whose money went back, all or in part.
	Refunded struct {
		CustomerID  string `json:"customer_id"`
		AmountCents int64  `json:"amount_cents"`
		Full        bool   `json:"full"`
	}
)

func (Initiate) reservation()         {}
func (Pay) reservation()              {}
func (Cancel) reservation()           {}
func (Expire) reservation()           {}
func (HoldRefused) reservation()      {}
func (HoldGranted) reservation()      {}
func (SaleConfirmed) reservation()    {}
func (SaleRefused) reservation()      {}
func (SeatsReturned) reservation()    {}
func (EventCancelled) reservation()   {}
func (ChargeSucceeded) reservation()  {}
func (ChargeDeclined) reservation()   {}
func (RefundPaid) reservation()       {}
func (Initiated) reservation()        {}
func (SeatsHeld) reservation()        {}
func (Rejected) reservation()         {}
func (PaymentStarted) reservation()   {}
func (PaymentDeclined) reservation()  {}
func (PaymentCompleted) reservation() {}
func (Completed) reservation()        {}
func (Expired) reservation()          {}
func (Cancelled) reservation()        {}
func (Compensated) reservation()      {}
func (ReturnRequested) reservation()  {}
func (RefundDecided) reservation()    {}
func (Refunded) reservation()         {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Initiate{}, Pay{}, Cancel{}},
		Results: []Action{
			Expire{},
			HoldRefused{},
			HoldGranted{},
			SaleConfirmed{},
			SaleRefused{},
			SeatsReturned{},
			EventCancelled{},
			ChargeSucceeded{},
			ChargeDeclined{},
			RefundPaid{},
		},
		Events: []Action{
			Initiated{},
			SeatsHeld{},
			Rejected{},
			PaymentStarted{},
			PaymentDeclined{},
			PaymentCompleted{},
			Completed{},
			Expired{},
			Cancelled{},
			Compensated{},
			ReturnRequested{},
			RefundDecided{},
			Refunded{},
		},
		Refusals: []*store.Refusal{
			ErrExists, ErrNotFound, ErrSignIn, ErrExpired, ErrPaying, ErrTransition, ErrDeclined, web.ErrInvalid,
		},
	}
}
