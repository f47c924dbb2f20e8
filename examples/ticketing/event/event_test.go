package event_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type story = storetest.Story[event.Event, event.Action]

func starts() time.Time { return storetest.Epoch().AddDate(0, 1, 0) }

func owner() store.Actor { return store.Actor{ID: "owner"} }
func admin() store.Actor { return store.Actor{ID: "boss", Roles: []string{"admin"}} }

func details(change ...func(*event.Details)) event.Details {
	d := event.Details{
		Title: "Night Train", StartsAt: starts(), EndsAt: starts().Add(2 * time.Hour), Timezone: "Europe/Berlin", Currency: "EUR",
		Venue: event.Venue{Name: "Hall 1"},
		Sections: []inventory.Section{
			{Name: "Stalls", Kind: inventory.Numbered, Capacity: 20, Rows: []inventory.Row{{Label: "A", Seats: 10}, {Label: "B", Seats: 10}}},
			{Name: "Standing", Kind: inventory.General, Capacity: 200},
		},
		Tiers: []inventory.Tier{
			{Kind: "regular", Section: "Stalls", PriceCents: 4500, From: storetest.Epoch()},
			{Kind: "regular", Section: "Standing", PriceCents: 2500, From: storetest.Epoch()},
		},
	}
	for _, f := range change {
		f(&d)
	}
	return d
}

func draft() []event.Action {
	return []event.Action{event.EventCreated{ID: "e", OwnerID: "owner", At: storetest.Epoch(), Details: details()}}
}

func published() []event.Action   { return append(draft(), event.EventPublished{}) }
func salesOpen() []event.Action   { return append(published(), event.SalesOpened{}) }
func salesClosed() []event.Action { return append(salesOpen(), event.SalesEnded{}) }
func completed() []event.Action   { return append(salesOpen(), event.EventCompleted{}) }
func cancelled() []event.Action   { return append(salesOpen(), event.EventCancelled{Reason: "rain"}) }

func given(t *testing.T, events ...event.Action) *story {
	t.Helper()
	return storetest.Given(t, event.Reducer{}, events...).By(owner())
}

// told is what the inventories are told.
func told(revision int64, sale inventory.Sale, d event.Details) (effects store.Effects) {
	for i, s := range d.Sections {
		effects = append(effects, store.Dispatch(stream.Inventory, "e:"+s.Name, inventory.Configure{Terms: inventory.Terms{
			Revision: revision, EventID: "e", OwnerID: "owner", Section: s, Tiers: d.Tiers[i : i+1], Currency: "EUR",
			StartsAt: d.StartsAt, Sale: sale,
		}}))
	}
	return effects
}

func and(first store.Effect, more ...any) (effects []store.Effect) {
	effects = append(effects, first)
	for _, m := range more {
		switch m := m.(type) {
		case store.Effects:
			effects = append(effects, m...)
		case store.Effect:
			effects = append(effects, m)
		}
	}
	return effects
}

func timer(d event.Details) store.Effect { return store.At("completion", d.EndsAt, event.Complete{}) }

func TestCreateMakesADraft(t *testing.T) {
	t.Parallel()
	create := event.Create{ID: "e", Details: details()}
	given(t).When(create).Then(store.Record(draft()[0])).When(create).Refused(event.ErrExists)
	given(t).By(store.Actor{}).When(create).Refused(event.ErrSignIn)
	wrong := details(func(d *event.Details) { d.Sections[0].Capacity, d.Title, d.Currency = 7, " Night Train ", "eur" })
	given(t).When(event.Create{ID: "e", Details: wrong}).Then(store.Record(draft()[0]))
}

func TestDetailsAreValidated(t *testing.T) {
	t.Parallel()
	rows := func(rows ...inventory.Row) func(*event.Details) {
		return func(d *event.Details) { d.Sections[0].Rows = rows }
	}
	for name, c := range map[string]struct {
		change func(*event.Details)
		field  string
	}{
		"no title":           {func(d *event.Details) { d.Title = "  " }, "title"},
		"endless title":      {func(d *event.Details) { d.Title = strings.Repeat("ä", 201) }, "title"},
		"endless text":       {func(d *event.Details) { d.Description = strings.Repeat("x", 5001) }, "description"},
		"start in the past":  {func(d *event.Details) { d.StartsAt = storetest.Epoch() }, "starts_at"},
		"end at the start":   {func(d *event.Details) { d.EndsAt = d.StartsAt }, "ends_at"},
		"unknown zone":       {func(d *event.Details) { d.Timezone = "Mars/Olympus" }, "timezone"},
		"no zone":            {func(d *event.Details) { d.Timezone = "" }, "timezone"},
		"unknown currency":   {func(d *event.Details) { d.Currency = "EURO" }, "currency"},
		"no venue":           {func(d *event.Details) { d.Venue.Name = "" }, "venue.name"},
		"no section":         {func(d *event.Details) { d.Sections, d.Tiers = nil, nil }, "sections"},
		"51 sections":        {func(d *event.Details) { many(d, 51) }, "sections"},
		"nameless section":   {func(d *event.Details) { d.Sections[1].Name = "" }, "sections.1.name"},
		"name twice":         {func(d *event.Details) { d.Sections[1].Name = "Stalls" }, "sections.1.name"},
		"unknown kind":       {func(d *event.Details) { d.Sections[1].Kind = "vip" }, "sections.1.kind"},
		"no capacity":        {func(d *event.Details) { d.Sections[1].Capacity = 0 }, "sections.1.capacity"},
		"too large":          {func(d *event.Details) { d.Sections[1].Capacity = 100_001 }, "sections.1.capacity"},
		"numbered, no rows":  {rows(), "sections.0.rows"},
		"rows too large":     {rows(inventory.Row{Label: "A", Seats: 60_000}, inventory.Row{Label: "B", Seats: 60_000}), "sections.0.rows"},
		"row without seats":  {rows(inventory.Row{Label: "A", Seats: 1}, inventory.Row{Label: "B"}), "sections.0.rows.1.seats"},
		"row of minus seats": {rows(inventory.Row{Label: "A", Seats: 9}, inventory.Row{Label: "B", Seats: -1}), "sections.0.rows.1.seats"},
		"label twice":        {rows(inventory.Row{Label: "A", Seats: 1}, inventory.Row{Label: "A", Seats: 1}), "sections.0.rows.1.label"},
		"label with a digit": {rows(inventory.Row{Label: "A1", Seats: 1}), "sections.0.rows.0.label"},
		"free of charge":     {func(d *event.Details) { d.Tiers[0].PriceCents = 0 }, "tiers.0.price_cents"},
		"unknown tier":       {func(d *event.Details) { d.Tiers[0].Kind = "vip" }, "tiers.0.kind"},
		"tier of no section": {func(d *event.Details) { d.Tiers[0].Section = "Roof" }, "tiers.0.section"},
		"section unpriced":   {func(d *event.Details) { d.Tiers = d.Tiers[:1] }, "tiers"},
		"tier without begin": {func(d *event.Details) { d.Tiers[0].From = time.Time{} }, "tiers.0.from"},
		"tier ends early":    {func(d *event.Details) { d.Tiers[0].Until = &d.Tiers[0].From }, "tiers.0.until"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := given(t).When(event.Create{ID: "e", Details: details(c.change)}).Outcome()
			if r := store.AsRefusal(err); err == nil || r.Kind != store.Invalid || r.Fields[c.field] == "" {
				t.Errorf("%v; want a message for %s", err, c.field)
			}
		})
	}
}

func many(d *event.Details, n int) {
	d.Sections, d.Tiers = nil, nil
	for i := range n {
		name := fmt.Sprint("S", i)
		d.Sections = append(d.Sections, inventory.Section{Name: name, Kind: inventory.General, Capacity: 1})
		d.Tiers = append(d.Tiers, inventory.Tier{Kind: "regular", Section: name, PriceCents: 1, From: storetest.Epoch()})
	}
}

func TestMovesAndTheirEffects(t *testing.T) {
	t.Parallel()
	given(t, draft()...).
		When(event.Publish{}).Then(and(store.Record(event.EventPublished{}), told(2, inventory.SaleClosed, details()), timer(details()))...).
		When(event.OpenSales{}).Then(and(store.Record(event.SalesOpened{}), told(3, inventory.SaleOpen, details()))...).
		When(event.CloseSales{}).Then(and(store.Record(event.SalesEnded{}), told(4, inventory.SaleClosed, details()))...).
		When(event.OpenSales{}).Then(and(store.Record(event.SalesOpened{}), told(5, inventory.SaleOpen, details()))...).
		When(event.Cancel{Reason: "rain"}).Then(and(store.Record(event.EventCancelled{Reason: "rain"}),
		told(6, inventory.SaleCancelled, details()), store.Cancel("completion"))...)
	given(t, draft()...).When(event.Cancel{Reason: "rain"}).Then(store.Record(event.EventCancelled{Reason: "rain"}))
	given(t, draft()...).When(event.Delete{}).Then(store.Record(event.EventDeleted{})).When(event.Publish{}).Refused(event.ErrNotFound)
}

func TestIllegalMovesAreRefused(t *testing.T) {
	t.Parallel()
	cancel := event.Cancel{Reason: "rain"}
	title := "Other"
	edit := event.Edit{Title: &title}
	for name, c := range map[string]struct {
		before []event.Action
		moves  []event.Action
	}{
		"draft":        {draft(), []event.Action{event.OpenSales{}, event.CloseSales{}}},
		"published":    {published(), []event.Action{event.Publish{}, event.CloseSales{}, event.Delete{}}},
		"sales open":   {salesOpen(), []event.Action{event.Publish{}, event.OpenSales{}, event.Delete{}}},
		"sales closed": {salesClosed(), []event.Action{event.Publish{}, event.CloseSales{}, event.Delete{}}},
		"completed":    {completed(), []event.Action{event.Publish{}, event.OpenSales{}, event.CloseSales{}, event.Delete{}, cancel, edit}},
		"cancelled":    {cancelled(), []event.Action{event.Publish{}, event.OpenSales{}, event.CloseSales{}, event.Delete{}, cancel, edit}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, move := range c.moves {
				given(t, c.before...).When(move).Refused(event.ErrTransition)
			}
		})
	}
}

func TestOnlyOwnerAndAdminManage(t *testing.T) {
	t.Parallel()
	stranger := store.Actor{ID: "stranger"}
	for _, action := range []event.Action{event.Edit{}, event.Publish{}, event.OpenSales{}, event.CloseSales{}, event.Cancel{}, event.Delete{}} {
		given(t, draft()...).By(stranger).When(action).Refused(event.ErrNotFound)
		given(t, published()...).By(stranger).When(action).Refused(store.ErrForbidden)
		given(t, published()...).By(store.Actor{}).When(action).Refused(store.ErrForbidden)
		given(t).When(action).Refused(event.ErrNotFound)
	}
	given(t, published()...).By(admin()).When(event.OpenSales{}).
		Then(and(store.Record(event.SalesOpened{}), told(3, inventory.SaleOpen, details()))...)
}

func TestPublishNeedsAStartInTheFuture(t *testing.T) {
	t.Parallel()
	_, err := given(t, draft()...).At(starts()).When(event.Publish{}).Outcome()
	if store.AsRefusal(err).Fields["starts_at"] == "" {
		t.Errorf("%v; want starts_at refused", err)
	}
}

func TestLateCancellationIsForAdmins(t *testing.T) {
	t.Parallel()
	cancel := event.Cancel{Reason: "rain"}
	late := starts().Add(-24*time.Hour + time.Second)
	given(t, salesOpen()...).At(late).When(cancel).Refused(event.ErrTooLate)
	want := and(store.Record(event.EventCancelled{Reason: "rain"}), told(4, inventory.SaleCancelled, details()), store.Cancel("completion"))
	given(t, salesOpen()...).At(late).By(admin()).When(cancel).Then(want...)
	given(t, salesOpen()...).At(starts().Add(-24 * time.Hour)).When(cancel).Then(want...)
	if _, err := given(t, salesOpen()...).When(event.Cancel{}).Outcome(); store.AsRefusal(err).Fields["reason"] == "" {
		t.Errorf("%v; want a reason demanded", err)
	}
}

func TestDraftChangesInEveryField(t *testing.T) {
	t.Parallel()
	zone, title := "Europe/Paris", "Day Train"
	venue := event.Venue{Name: "Hall 2"}
	sections := []inventory.Section{{Name: "Floor", Kind: inventory.General, Capacity: 5}}
	tiers := []inventory.Tier{{Kind: "regular", Section: "Floor", PriceCents: 1, From: storetest.Epoch()}}
	want := details(func(d *event.Details) {
		d.Title, d.Timezone, d.Venue, d.Sections, d.Tiers = title, zone, venue, sections, tiers
	})
	given(t, draft()...).
		When(event.Edit{Title: &title, Timezone: &zone, Venue: &venue, Sections: &sections, Tiers: &tiers}).
		Then(store.Record(event.EventEdited{Details: want}))
}

func TestPublishedEventChangesTextsAndTimesOnly(t *testing.T) {
	t.Parallel()
	title, text, start, end := "Day Train", "new", starts().AddDate(0, 0, 1), starts().AddDate(0, 0, 2)
	want := details(func(d *event.Details) { d.Title, d.Description, d.StartsAt, d.EndsAt = title, text, start, end })
	given(t, salesOpen()...).
		When(event.Edit{Title: &title, Description: &text, StartsAt: &start, EndsAt: &end}).
		Then(and(store.Record(event.EventEdited{Details: want}), told(4, inventory.SaleOpen, want), timer(want))...)

	zone, money, venue := "Europe/Paris", "USD", event.Venue{}
	_, err := given(t, published()...).When(event.Edit{
		Timezone: &zone, Currency: &money, Venue: &venue, Sections: &[]inventory.Section{}, Tiers: &[]inventory.Tier{},
	}).Outcome()
	if r := store.AsRefusal(err); r.Kind != store.Invalid || len(r.Fields) != 5 {
		t.Errorf("%+v; want five fields refused", r)
	}
	past := storetest.Epoch()
	if _, err := given(t, published()...).When(event.Edit{StartsAt: &past}).Outcome(); store.AsRefusal(err).Fields["starts_at"] == "" {
		t.Errorf("%v; want starts_at refused", err)
	}
	begun := given(t, salesOpen()...).At(starts().Add(time.Minute))
	if _, err := begun.When(event.Edit{Title: &title}).Outcome(); err != nil {
		t.Errorf("the title of an event that has begun: %v", err)
	}
}

func TestEventCompletesAtItsEnd(t *testing.T) {
	t.Parallel()
	end := details().EndsAt
	for _, before := range [][]event.Action{published(), salesOpen(), salesClosed()} {
		given(t, before...).At(end).When(event.Complete{}).
			Then(and(store.Record(event.EventCompleted{}), told(int64(len(before)+1), inventory.SaleClosed, details()))...)
	}
	given(t, salesOpen()...).At(end.Add(-time.Second)).When(event.Complete{}).Then()
	given(t, cancelled()...).At(end).When(event.Complete{}).Then()
}

func TestDraftsAreForOwnerAndAdmin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before []event.Action
		actor  store.Actor
		want   bool
	}{
		{draft(), owner(), true},
		{draft(), admin(), true},
		{draft(), store.Actor{ID: "stranger"}, false},
		{draft(), store.Actor{}, false},
		{published(), store.Actor{}, true},
		{cancelled(), store.Actor{}, true},
		{append(draft(), event.EventDeleted{}), owner(), false},
	} {
		given(t, c.before...).State(func(e event.Event) {
			if got := e.Visible(c.actor); got != c.want {
				t.Errorf("%s visible to %q: %t", e.Status, c.actor.ID, got)
			}
		})
	}
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, event.Reducer{}, "testdata/events")
}
