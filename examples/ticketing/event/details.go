package event

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

const (
	maxCapacity   = 100_000
	maxPriceCents = 100_000_000 // a million: eight of them are far from where integers end
)

func (e *Event) edit(a Edit, now time.Time) (store.Effects, error) {
	if e.Status != Draft && !e.public() {
		return nil, ErrTransition.With("status", e.Status)
	}
	if e.Status != Draft {
		if err := a.onlyTexts(); err != nil {
			return nil, err
		}
	}
	d := e.Details
	set(&d.Title, a.Title)
	set(&d.Description, a.Description)
	set(&d.StartsAt, a.StartsAt)
	set(&d.EndsAt, a.EndsAt)
	set(&d.Timezone, a.Timezone)
	set(&d.Currency, a.Currency)
	set(&d.Venue, a.Venue)
	set(&d.Sections, a.Sections)
	set(&d.Tiers, a.Tiers)
	d = d.normalised()
	earliest := now
	if a.StartsAt == nil { // an event that has begun may still get another title
		earliest = time.Time{}
	}
	if err := d.validate(earliest); err != nil {
		return nil, err
	}
	return store.Effects{store.Record(EventEdited{d})}, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func (a Edit) onlyTexts() error {
	var v web.Validation
	const fixed = "cannot change once the event is published"
	v.Check(a.Timezone == nil, "timezone", fixed)
	v.Check(a.Currency == nil, "currency", fixed)
	v.Check(a.Venue == nil, "venue", fixed)
	v.Check(a.Sections == nil, "sections", fixed)
	v.Check(a.Tiers == nil, "tiers", fixed)
	return v.Err()
}

// normalised returns the details as they are kept: trimmed, in UTC, and each
// section with the capacity that its rows give it.
func (d Details) normalised() Details {
	d.Title, d.Currency = strings.TrimSpace(d.Title), strings.ToUpper(d.Currency)
	d.StartsAt, d.EndsAt = d.StartsAt.UTC(), d.EndsAt.UTC()
	d.Sections = slices.Clone(d.Sections)
	for i, s := range d.Sections {
		if s.Kind != inventory.Numbered {
			continue
		}
		s.Capacity = 0
		for _, row := range s.Rows {
			s.Capacity += row.Seats
		}
		d.Sections[i] = s
	}
	return d
}

// validate checks everything at once. The start must be later than earliest, which
// is now where an event is made, moved or published.
func (d Details) validate(earliest time.Time) error {
	var v web.Validation
	v.Check(between(d.Title, 1, 200), "title", "1 to 200 characters")
	v.Check(between(d.Description, 0, 5000), "description", "at most 5000 characters")
	v.Check(d.StartsAt.After(earliest), "starts_at", "must lie in the future")
	v.Check(d.EndsAt.After(d.StartsAt), "ends_at", "must be after the start")
	_, err := time.LoadLocation(d.Timezone)
	v.Check(err == nil && d.Timezone != "" && d.Timezone != "Local", "timezone", "must be a name like Europe/Berlin")
	_, err = currency.ParseISO(d.Currency)
	v.Check(err == nil, "currency", "must be a code like EUR")
	v.Check(between(d.Venue.Name, 1, 200), "venue.name", "1 to 200 characters")
	v.Check(between(d.Venue.Address, 0, 500), "venue.address", "at most 500 characters")
	d.validateSections(&v)
	d.validateTiers(&v)
	return v.Err()
}

func (d Details) validateSections(v *web.Validation) {
	v.Check(len(d.Sections) >= 1 && len(d.Sections) <= 50, "sections", "1 to 50 sections")
	seen := map[string]bool{}
	for i, s := range d.Sections {
		field := fmt.Sprintf("sections.%d", i)
		v.Check(between(s.Name, 1, 60) && s.Name == strings.TrimSpace(s.Name), field+".name", "1 to 60 characters")
		v.Check(!seen[s.Name], field+".name", "another section has this name")
		seen[s.Name] = true
		switch s.Kind {
		case inventory.General:
			v.Check(s.Capacity >= 1 && s.Capacity <= maxCapacity, field+".capacity", "1 to %d", maxCapacity)
			v.Check(len(s.Rows) == 0, field+".rows", "only numbered sections have rows")
		case inventory.Numbered:
			validateRows(v, field+".rows", s)
		default:
			v.Check(false, field+".kind", "must be general or numbered")
		}
	}
}

// validateRows makes sure that label and number tell every seat from every other:
// a label may not end with a digit, or A1+1 and A+11 would be one.
func validateRows(v *web.Validation, field string, s inventory.Section) {
	v.Check(s.Capacity >= 1 && s.Capacity <= maxCapacity, field, "1 to %d seats in all", maxCapacity)
	seen := map[string]bool{}
	for i, row := range s.Rows {
		last, _ := utf8.DecodeLastRuneInString(row.Label)
		name := fmt.Sprintf("%s.%d.", field, i)
		v.Check(between(row.Label, 1, 8) && !unicode.IsDigit(last) && !strings.ContainsAny(row.Label, " ,"), name+"label",
			"1 to 8 characters, without blanks, not ending with a digit")
		v.Check(!seen[row.Label], name+"label", "another row has this label")
		v.Check(row.Seats >= 1 && row.Seats <= maxCapacity, name+"seats", "1 to %d", maxCapacity)
		seen[row.Label] = true
	}
}

func (d Details) validateTiers(v *web.Validation) {
	priced := map[string]bool{}
	for i, t := range d.Tiers {
		field := fmt.Sprintf("tiers.%d", i)
		known := slices.ContainsFunc(d.Sections, func(s inventory.Section) bool { return s.Name == t.Section })
		v.Check(known, field+".section", "must be one of the sections")
		v.Check(slices.Contains([]string{"early_bird", "regular", "last_minute"}, t.Kind), field+".kind", "must be early_bird, regular or last_minute")
		v.Check(t.PriceCents > 0 && t.PriceCents <= maxPriceCents, field+".price_cents", "1 to %d", maxPriceCents)
		v.Check(!t.From.IsZero(), field+".from", "is missing")
		v.Check(t.Until == nil || t.Until.After(t.From), field+".until", "must be after its beginning")
		priced[t.Section] = true
	}
	v.Check(len(d.Tiers) <= 500, "tiers", "at most 500")
	for _, s := range d.Sections {
		v.Check(priced[s.Name], "tiers", "section %q has no price", s.Name)
	}
}

func validateReason(reason string) error {
	var v web.Validation
	v.Check(between(strings.TrimSpace(reason), 1, 200), "reason", "1 to 200 characters; buyers read it")
	return v.Err()
}

func between(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s)
}
