package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func (a *API) sectionRoutes(r chi.Router) {
	r.Get("/events/{id}/availability", web.Query(a.Wait, func(r *web.Request) (any, error) {
		return a.availability(r.Context(), r.Actor(), r.Param("id"))
	}))
	r.Get("/events/{id}/total-available", web.Query(a.Wait, a.totalAvailable))
	r.Get("/events/{id}/sections/{section}/availability", web.Query(a.Wait, a.sectionAvailability))
	r.Get("/events/{id}/sections/{section}/seats", web.Query(a.Wait, func(r *web.Request) (any, error) {
		return a.seats(r.Context(), r.Actor(), r.Param("id"), r.Param("section"))
	}))
	r.Group(func(r chi.Router) {
		r.Use(web.RequireActor)
		view := func(_ *web.Request, s inventory.Inventory) (any, error) {
			return map[string]int{"blocked": s.Blocked, "available": s.Available()}, nil
		}
		r.Post("/events/{id}/sections/{section}/block", web.Command(a.Inventory, toBlock, web.OK(view)))
		r.Post("/events/{id}/sections/{section}/unblock", web.Command(a.Inventory, toUnblock, web.OK(view)))
	})
}

type list[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// availability lists an event's sections in the event's order. One that is not
// published yet has all its places.
func (a *API) availability(ctx context.Context, actor store.Actor, eventID string) (list[readmodel.Availability], error) {
	e, err := a.visible(ctx, actor, eventID)
	if err != nil {
		return list[readmodel.Availability]{}, err
	}
	items, err := a.sectionsOf(ctx, e.State)
	return list[readmodel.Availability]{Items: items}, err
}

func (a *API) sectionsOf(ctx context.Context, e event.Event) ([]readmodel.Availability, error) {
	known, err := a.Model.Availability(ctx, e.ID, serverTime())
	if err != nil {
		return nil, err
	}
	items := make([]readmodel.Availability, len(e.Sections))
	for i, section := range e.Sections {
		at := slices.IndexFunc(known, func(k readmodel.Availability) bool { return k.Section == section.Name })
		if at >= 0 {
			items[i] = known[at]
			continue
		}
		items[i] = readmodel.Availability{Section: section.Name, Kind: section.Kind, Total: section.Capacity, Available: section.Capacity}
		if tier, ok := inventory.Price(e.Tiers, section.Name, serverTime()); ok {
			items[i].PriceCents, items[i].Tier = &tier.PriceCents, &tier.Kind
		}
	}
	return items, nil
}

func (a *API) totalAvailable(r *web.Request) (any, error) {
	all, err := a.availability(r.Context(), r.Actor(), r.Param("id"))
	total := 0
	for _, section := range all.Items {
		total += section.Available
	}
	return map[string]int{"total_available": total}, err
}

func (a *API) sectionAvailability(r *web.Request) (any, error) {
	all, err := a.availability(r.Context(), r.Actor(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	for _, section := range all.Items {
		if section.Section == r.Param("section") {
			return section, nil
		}
	}
	return nil, web.ErrNotFound
}

func (a *API) seats(ctx context.Context, actor store.Actor, eventID, section string) (list[readmodel.Seat], error) {
	e, err := a.visible(ctx, actor, eventID)
	if err != nil {
		return list[readmodel.Seat]{}, err
	}
	if !slices.ContainsFunc(e.State.Sections, func(s inventory.Section) bool { return s.Name == section }) {
		return list[readmodel.Seat]{}, web.ErrNotFound
	}
	items, err := a.Model.Seats(ctx, eventID, section, actor.ID)
	return list[readmodel.Seat]{Items: items}, err
}

type places struct {
	SeatIDs  []string `json:"seat_ids"`
	Quantity int      `json:"quantity"`
}

func toBlock(r *web.Request) (string, inventory.Action, error) {
	var p places
	err := r.JSON(&p)
	return sectionKey(r), inventory.Block(p), err
}

func toUnblock(r *web.Request) (string, inventory.Action, error) {
	var p places
	err := r.JSON(&p)
	return sectionKey(r), inventory.Unblock(p), err
}

func sectionKey(r *web.Request) string { return stream.InventoryKey(r.Param("id"), r.Param("section")) }

// number reads a number that may be left out.
func number(s string) (int, error) { return strconv.Atoi(cmp.Or(s, "0")) }
