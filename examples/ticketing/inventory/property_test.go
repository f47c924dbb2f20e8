package inventory_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/store"
)

// Whatever comes, in whatever order: nothing is sold twice, and what is counted is
// what is there.
func TestNoOrderOfCommandsOversells(t *testing.T) {
	t.Parallel()
	for _, terms := range []inventory.Terms{stalls(), standing()} {
		t.Run(terms.Section.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				s := given(t, terms).By(store.Actor{ID: "owner"})
				gone := map[string]bool{}
				for range rapid.IntRange(1, 30).Draw(t, "length") {
					action := anyCommand(t, terms.Section)
					_, err := s.When(action).Outcome()
					if r, ok := action.(inventory.Release); ok {
						gone[r.ReservationID] = true
					}
					s.State(func(s inventory.Inventory) { checkSound(t, s, gone) })
					if h, ok := action.(inventory.Hold); ok && err == nil && gone[h.ReservationID] {
						t.Fatalf("%s was held after its release", h.ReservationID)
					}
				}
			})
		})
	}
}

func anyCommand(t *rapid.T, section inventory.Section) inventory.Action {
	reservation := rapid.SampledFrom([]string{"r1", "r2", "r3", "r4", "r5", "r6", "r7"}).Draw(t, "reservation")
	quantity := rapid.IntRange(-1, 10).Draw(t, "quantity")
	var seats []string
	if section.Kind == inventory.Numbered {
		seats = rapid.SliceOfN(rapid.SampledFrom(append(section.Seats(), "Z9")), 0, 9).Draw(t, "seats")
	}
	return rapid.SampledFrom([]inventory.Action{
		inventory.Hold{ReservationID: reservation, CustomerID: "c", Quantity: quantity, SeatIDs: seats},
		inventory.Hold{ReservationID: reservation, CustomerID: "c", Quantity: quantity},
		inventory.Confirm{ReservationID: reservation},
		inventory.Release{ReservationID: reservation},
		inventory.Block{SeatIDs: seats, Quantity: quantity},
		inventory.Unblock{SeatIDs: seats, Quantity: quantity},
	}).Draw(t, "command")
}

func checkSound(t *rapid.T, s inventory.Inventory, gone map[string]bool) {
	held, sold := 0, 0
	owners := map[string]string{}
	for id, h := range s.Holders {
		if gone[id] {
			t.Fatalf("%s has places after its release", id)
		}
		if h.Sold {
			sold += h.Quantity
		} else {
			held += h.Quantity
		}
		for _, seat := range h.SeatIDs {
			if other, taken := owners[seat]; taken {
				t.Fatalf("seat %s belongs to %s and %s", seat, other, id)
			}
			if s.Off[seat] {
				t.Fatalf("seat %s is blocked and belongs to %s", seat, id)
			}
			owners[seat] = id
		}
		if s.Terms.Section.Kind == inventory.Numbered && len(h.SeatIDs) != h.Quantity {
			t.Fatalf("%s has %d seats and a quantity of %d", id, len(h.SeatIDs), h.Quantity)
		}
	}
	if held != s.Held || sold != s.Sold || len(owners) != len(s.Owners) {
		t.Fatalf("counted %d held, %d sold, %d owned; want %d, %d, %d", s.Held, s.Sold, len(s.Owners), held, sold, len(owners))
	}
	if s.Terms.Section.Kind == inventory.Numbered && len(s.Off) != s.Blocked {
		t.Fatalf("counted %d blocked seats, want %d", s.Blocked, len(s.Off))
	}
	if s.Available() < 0 || s.Blocked < 0 || s.Held+s.Sold+s.Blocked+s.Available() != s.Terms.Section.Capacity {
		t.Fatalf("held %d, sold %d, blocked %d, available %d of %d", s.Held, s.Sold, s.Blocked, s.Available(), s.Terms.Section.Capacity)
	}
}
