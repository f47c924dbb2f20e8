package inventory

import "github.com/composable-go/composable/store"

// Action is what can happen to a section.
type Action interface{ inventory() }

// Commands.
type (
	// Configure lays down the terms. Older terms than the present ones change nothing.
	Configure struct{ Terms }
	// Hold sets 1 to 8 places aside for a reservation: these seats, or as many of
	// the house's choice. All or nothing.
	Hold struct {
		ReservationID string   `json:"reservation_id"`
		CustomerID    string   `json:"customer_id"`
		Quantity      int      `json:"quantity"` // ignored when there are seats
		SeatIDs       []string `json:"seat_ids,omitempty"`
	}
	// Confirm sells what the reservation holds.
	Confirm struct {
		ReservationID string `json:"reservation_id"`
	}
	// Release frees what the reservation holds or owns.
	Release struct {
		ReservationID string `json:"reservation_id"`
	}
	// Block takes seats, or a quantity of a general section, off the sale.
	Block struct {
		SeatIDs  []string `json:"seat_ids,omitempty"`
		Quantity int      `json:"quantity,omitempty"`
	}
	// Unblock is the inverse of Block.
	Unblock struct {
		SeatIDs  []string `json:"seat_ids,omitempty"`
		Quantity int      `json:"quantity,omitempty"`
	}
	// TellHolders tells the next holders that the event is cancelled.
	TellHolders struct{}
)

// Events.
type (
	// Configured holds the terms from here on.
	Configured struct{ Terms }
	// SeatsHeld sets places aside.
	SeatsHeld struct {
		ReservationID  string   `json:"reservation_id"`
		CustomerID     string   `json:"customer_id"`
		Quantity       int      `json:"quantity"`
		SeatIDs        []string `json:"seat_ids,omitempty"`
		UnitPriceCents int64    `json:"unit_price_cents"`
		Tier           string   `json:"tier"`
	}
	// SeatsSold makes held places owned.
	SeatsSold struct {
		ReservationID string   `json:"reservation_id"`
		CustomerID    string   `json:"customer_id"`
		Quantity      int      `json:"quantity"`
		SeatIDs       []string `json:"seat_ids,omitempty"`
	}
	// SeatsReleased makes places free that were held or, when Sold, owned.
	SeatsReleased struct {
		ReservationID string   `json:"reservation_id"`
		Quantity      int      `json:"quantity"`
		SeatIDs       []string `json:"seat_ids,omitempty"`
		Sold          bool     `json:"sold"`
	}
	// Barred notes a reservation that ended before its hold arrived.
	Barred struct {
		ReservationID string `json:"reservation_id"`
	}
	// SeatsBlocked takes places off the sale.
	SeatsBlocked struct {
		Quantity int      `json:"quantity"`
		SeatIDs  []string `json:"seat_ids,omitempty"`
	}
	// SeatsUnblocked puts them back.
	SeatsUnblocked struct {
		Quantity int      `json:"quantity"`
		SeatIDs  []string `json:"seat_ids,omitempty"`
	}
	// HoldersTold notes whom the cancellation has been told.
	HoldersTold struct {
		ReservationIDs []string `json:"reservation_ids"`
	}
)

func (Configure) inventory()      {}
func (Hold) inventory()           {}
func (Confirm) inventory()        {}
func (Release) inventory()        {}
func (Block) inventory()          {}
func (Unblock) inventory()        {}
func (TellHolders) inventory()    {}
func (Configured) inventory()     {}
func (SeatsHeld) inventory()      {}
func (SeatsSold) inventory()      {}
func (SeatsReleased) inventory()  {}
func (Barred) inventory()         {}
func (SeatsBlocked) inventory()   {}
func (SeatsUnblocked) inventory() {}
func (HoldersTold) inventory()    {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Configure{}, Hold{}, Confirm{}, Release{}, Block{}, Unblock{}, TellHolders{}},
		Events: []Action{
			Configured{},
			SeatsHeld{},
			SeatsSold{},
			SeatsReleased{},
			Barred{},
			SeatsBlocked{},
			SeatsUnblocked{},
			HoldersTold{},
		},
		Refusals: []*store.Refusal{
			ErrNotOnSale, ErrSeatTaken, ErrInsufficient, ErrUnknownSeat, ErrQuantity, ErrNotHolding, ErrEnded, ErrNotConfigured,
		},
	}
}
