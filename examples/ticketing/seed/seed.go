// Package seed fills a development database, so that the first page shows what the
// box office is for.
package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/store"
)

// organiser owns the seeded events; nobody can sign in as it.
const organiser = "the-house"

// Events makes the events that are not there yet. Dates are relative to the first
// time; calling it again changes nothing.
func Events(ctx context.Context, events *store.Store[event.Event, event.Action]) error {
	ctx = store.WithOrigin(ctx, store.Origin{Actor: store.Actor{ID: organiser}})
	for _, show := range shows(time.Now()) {
		id := store.DeriveID("seed/" + show.details.Title)
		s, err := events.State(ctx, id)
		if err != nil {
			return err
		}
		steps := append([]event.Action{event.Create{ID: id, Details: show.details}}, show.then...)
		for _, action := range steps[min(int(s.Version), len(steps)):] { // one event each
			if _, err := events.Send(ctx, id, action); err != nil {
				return fmt.Errorf("seed %q: %w %v", show.details.Title, err, store.AsRefusal(err).Fields)
			}
		}
	}
	return nil
}
