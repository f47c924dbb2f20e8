package seed

import (
	"fmt"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
)

type show struct {
	details event.Details
	then    []event.Action // after its creation
}

func shows(now time.Time) []show {
	onSale := []event.Action{event.Publish{}, event.OpenSales{}}
	return []show{
		{arena(now, 75), []event.Action{event.Publish{}}},
		{theatre(now, "The Cherry Orchard", 40,
			"Chekhov's last play, in a new translation. An estate is to be sold, and with it an orchard that nobody can bear to part with."), nil},
		{club(now, 16), onSale},
		{theatre(now, "Night Train to Lisbon", 24,
			"A teacher leaves his lesson in the middle of a sentence and takes the night train. Two acts, one interval, forty characters, four actors."), onSale},
	}
}

// theatre is a small house: stalls that widen to the back, and a circle.
func theatre(now time.Time, title string, days int, about string) event.Details {
	stalls := inventory.Section{Name: "Stalls", Kind: inventory.Numbered}
	for i := range 8 {
		stalls.Rows = append(stalls.Rows, inventory.Row{Label: string(rune('A' + i)), Seats: 10 + i/2*2})
	}
	circle := inventory.Section{Name: "Circle", Kind: inventory.Numbered, Rows: rows("AA", "BB", 12)}
	return priced(now, event.Details{
		Title: title, Description: about,
		StartsAt: evening(now, days, 19, 30), EndsAt: evening(now, days, 22, 0),
		Venue:    event.Venue{Name: "Kleines Haus", Address: "Lindenstraße 4, Berlin"},
		Sections: []inventory.Section{stalls, circle},
	}, 4500, 3200)
}

// club has a floor to stand on, and a balcony of two rows.
func club(now time.Time, days int) event.Details {
	return priced(now, event.Details{
		Title: "Maren Vogt & The Sleepers", Description: "Songs for the last carriage: upright piano, brushes on the snare, and a voice that takes its time. Doors at 20:00.",
		StartsAt: evening(now, days, 21, 0), EndsAt: evening(now, days, 23, 30),
		Venue: event.Venue{Name: "Güterbahnhof", Address: "Gleisstraße 12, Leipzig"},
		Sections: []inventory.Section{
			{Name: "Standing", Kind: inventory.General, Capacity: 350},
			{Name: "Balcony", Kind: inventory.Numbered, Rows: rows("A", "B", 14)},
		},
	}, 2800, 3900)
}

// arena is a big hall with three blocks and a floor.
func arena(now time.Time, days int) event.Details {
	d := event.Details{
		Title: "Winter Symphony: Mahler’s Second", Description: "Two orchestras, a choir of two hundred and the organ of the hall. The doors close when the first note sounds.",
		StartsAt: evening(now, days, 20, 0), EndsAt: evening(now, days, 22, 30),
		Venue: event.Venue{Name: "Hall of the North", Address: "Am Hafen 1, Hamburg"},
	}
	for _, name := range []string{"Block A", "Block B", "Block C"} {
		section := inventory.Section{Name: name, Kind: inventory.Numbered}
		for i := range 12 {
			section.Rows = append(section.Rows, inventory.Row{Label: fmt.Sprintf("%c", 'A'+i), Seats: 20})
		}
		d.Sections = append(d.Sections, section)
	}
	d.Sections = append(d.Sections, inventory.Section{Name: "Floor", Kind: inventory.General, Capacity: 2000})
	return priced(now, d, 9500, 9500, 8500, 5500)
}

func rows(first, second string, seats int) []inventory.Row {
	return []inventory.Row{{Label: first, Seats: seats}, {Label: second, Seats: seats}}
}

// priced gives each section its price: a fifth less at first, a tenth more in the
// last week.
func priced(now time.Time, d event.Details, cents ...int64) event.Details {
	d.Timezone, d.Currency = "Europe/Berlin", "EUR"
	earlyUntil, lastFrom := d.StartsAt.AddDate(0, 0, -30), d.StartsAt.AddDate(0, 0, -7)
	began := now.AddDate(0, 0, -1)
	for i, s := range d.Sections {
		d.Tiers = append(d.Tiers,
			inventory.Tier{Kind: "regular", Section: s.Name, PriceCents: cents[i], From: began},
			inventory.Tier{Kind: "last_minute", Section: s.Name, PriceCents: cents[i] * 11 / 10, From: lastFrom})
		if earlyUntil.After(began) {
			d.Tiers = append(d.Tiers, inventory.Tier{
				Kind: "early_bird", Section: s.Name, PriceCents: cents[i] * 8 / 10, From: began.Add(time.Second), Until: &earlyUntil,
			})
		}
	}
	return d
}

func evening(now time.Time, days, hour, minute int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+days, hour-1, minute, 0, 0, time.UTC) // Berlin, in winter
}
