package api

import (
	"context"

	"github.com/composable-go/composable/examples/ticketing/readmodel"
)

// Exports is what the box office adds to the export of an account: what its owner
// bought, and the events they put on.
func (a *API) Exports() map[string]func(ctx context.Context, userID string) (any, error) {
	return map[string]func(ctx context.Context, userID string) (any, error){
		"reservations": exported(a, a.Model.Reservations),
		"payments":     exported(a, a.Model.Payments),
		"tickets":      exported(a, a.Model.Tickets),
		"events": exported(a, func(ctx context.Context, userID string, p readmodel.Paging) (readmodel.Page[readmodel.Event], error) {
			return a.Model.Events(ctx, readmodel.EventFilter{Caller: userID, OwnerID: userID}, p)
		}),
	}
}

// exported reads all pages of a user's list, which includes what they did last.
func exported[T any](
	a *API, list func(ctx context.Context, userID string, p readmodel.Paging) (readmodel.Page[T], error),
) func(ctx context.Context, userID string) (any, error) {
	return func(ctx context.Context, userID string) (any, error) {
		if err := a.catchUp(ctx); err != nil {
			return nil, err
		}
		items := []T{}
		for p := (readmodel.Paging{Limit: 100}); ; {
			page, err := list(ctx, userID, p)
			if err != nil {
				return nil, err
			}
			items = append(items, page.Items...)
			if page.NextCursor == nil {
				return items, nil
			}
			p.Cursor = *page.NextCursor
		}
	}
}
