package inventory

import "time"

// What the inventory tells a reservation.
type (
	// HoldGranted gives it seats, at a price that stays.
	HoldGranted struct {
		SeatIDs        []string `json:"seat_ids,omitempty"` // none in a general section
		Quantity       int      `json:"quantity"`
		UnitPriceCents int64    `json:"unit_price_cents"`
		Currency       string   `json:"currency"`
		Tier           string   `json:"tier"`
	}
	// SaleConfirmed makes the held seats its own.
	SaleConfirmed struct{}
	// SeatsReturned says that seats it owned are free again, and for which start
	// they had been sold: the refund depends on it.
	SeatsReturned struct {
		StartsAt time.Time `json:"starts_at"`
	}
	// EventCancelled says that there will be nothing to see.
	EventCancelled struct{}
)
