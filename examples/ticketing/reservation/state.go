package reservation

import (
	"time"

	"github.com/composable-go/composable/store"
)

// Status is where a reservation stands.
type Status string

// The states of a reservation; those from StatusRejected on are ends.
const (
	StatusInitiated         Status = "Initiated"
	StatusSeatsHeld         Status = "SeatsHeld"
	StatusPaymentPending    Status = "PaymentPending"
	StatusPaymentCompleted  Status = "PaymentCompleted"
	StatusCompleted         Status = "Completed"
	StatusRejected          Status = "Rejected"
	StatusExpired           Status = "Expired"
	StatusCancelled         Status = "Cancelled"
	StatusCompensated       Status = "Compensated"
	StatusRefunded          Status = "Refunded"
	StatusPartiallyRefunded Status = "PartiallyRefunded"
)

// Reservation is the state of one purchase. Amounts are minor units of the currency.
type Reservation struct {
	ID             string         `json:"id"`
	CustomerID     string         `json:"customer_id"`
	EventID        string         `json:"event_id"`
	Section        string         `json:"section"`
	Quantity       int            `json:"quantity"`
	SeatIDs        []string       `json:"seat_ids,omitempty"` // asked for, then held; none in a general section
	Status         Status         `json:"status"`
	CreatedAt      time.Time      `json:"created_at"`
	ExpiresAt      time.Time      `json:"expires_at"`
	UnitPriceCents int64          `json:"unit_price_cents,omitempty"`
	Currency       string         `json:"currency,omitempty"`
	Tier           string         `json:"tier,omitempty"`
	Refusal        *store.Refusal `json:"refusal,omitempty"` // why it was rejected
	Reason         string         `json:"reason,omitempty"`  // why it was cancelled or compensated
	AttemptsLeft   int            `json:"attempts_left"`
	Attempts       []Attempt      `json:"attempts,omitempty"`
	Tickets        []Ticket       `json:"tickets,omitempty"`
	Returned       Returned       `json:"returned,omitzero"`
}

// Attempt is one payment.
type Attempt struct {
	PaymentID     string        `json:"payment_id"`
	Method        string        `json:"method"`
	Status        AttemptStatus `json:"status"`
	TransactionID string        `json:"transaction_id,omitempty"`
	DeclineCode   string        `json:"decline_code,omitempty"`
}

// AttemptStatus is what became of an attempt to pay, as the reservation sees it.
type AttemptStatus string

// The states of an attempt. One that was pending when the reservation ended is dropped.
const (
	Pending  AttemptStatus = "Pending"
	Captured AttemptStatus = "Captured"
	Declined AttemptStatus = "Failed"
	Dropped  AttemptStatus = "Voided"
)

// Returned is the way back out of a purchase that was paid.
type Returned struct {
	At          time.Time `json:"at"`      // zero: nobody asked for it
	Decided     bool      `json:"decided"` // how much is refunded
	RefundCents int64     `json:"refund_cents"`
}

// Ticket admits one person.
type Ticket struct {
	ID     string       `json:"id"`
	Code   string       `json:"code"`
	Seat   string       `json:"seat"` // "" in a general section
	Status TicketStatus `json:"status"`
}

// TicketStatus says whether a ticket admits.
type TicketStatus string

// The states of a ticket.
const (
	TicketValid TicketStatus = "valid"
	TicketVoid  TicketStatus = "void"
)

// TotalCents is the price of all places.
func (s *Reservation) TotalCents() int64 { return s.UnitPriceCents * int64(s.Quantity) }

// Attempt returns the attempt with that payment id, zero when there is none.
func (s *Reservation) Attempt(paymentID string) Attempt {
	if a := s.attempt(paymentID); a != nil {
		return *a
	}
	return Attempt{}
}

func (s *Reservation) attempt(paymentID string) *Attempt {
	for i := range s.Attempts {
		if s.Attempts[i].PaymentID == paymentID {
			return &s.Attempts[i]
		}
	}
	return nil
}

// Latest returns the last attempt to pay, zero when there was none.
func (s *Reservation) Latest() Attempt {
	if len(s.Attempts) == 0 {
		return Attempt{}
	}
	return s.Attempts[len(s.Attempts)-1]
}

// unpaid reports whether the reservation is under way and may still end for nothing.
func (s *Reservation) unpaid() bool {
	return s.Status == StatusInitiated || s.Status == StatusSeatsHeld || s.Status == StatusPaymentPending
}
