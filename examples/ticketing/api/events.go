package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/readmodel"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/web"
)

func (a *API) eventRoutes(r chi.Router) {
	r.Get("/events", web.Query(a.Wait, a.listEvents))
	r.Get("/events/{id}", web.Handle(a.getEvent))
	r.Group(func(r chi.Router) {
		r.Use(web.RequireActor)
		r.Post("/events", web.Command(a.Events, toCreate, web.Created(a.eventView)))
		edit := web.Command(a.Events, toEdit, web.OK(a.eventView))
		r.Patch("/events/{id}", edit)
		r.Put("/events/{id}", edit)
		r.Delete("/events/{id}", web.Handle(a.removeEvent))
		r.Post("/events/{id}/publish", web.Command(a.Events, to(event.Publish{}), web.OK(a.eventView)))
		r.Post("/events/{id}/open-sales", web.Command(a.Events, to(event.OpenSales{}), web.OK(a.eventView)))
		r.Post("/events/{id}/close-sales", web.Command(a.Events, to(event.CloseSales{}), web.OK(a.eventView)))
		r.Post("/events/{id}/cancel", web.Command(a.Events, toCancelEvent, web.OK(a.eventView)))
	})
}

func (a *API) listEvents(r *web.Request) (any, error) {
	p, err := paging(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	f := readmodel.EventFilter{
		Caller: r.Actor().ID, Admin: r.Actor().Has("admin"), OwnerID: query.Get("owner"),
		Status: event.Status(query.Get("status")), Text: query.Get("q"),
	}
	if f.OwnerID == "me" {
		if f.OwnerID = f.Caller; f.Caller == "" {
			return nil, web.ErrUnauthenticated
		}
	}
	if f.From, err = moment(query, "from"); err != nil {
		return nil, err
	}
	if f.To, err = moment(query, "to"); err != nil {
		return nil, err
	}
	page, err := a.Model.Events(r.Context(), f, p)
	listed := list[listedEvent]{Items: []listedEvent{}, NextCursor: page.NextCursor}
	for _, e := range page.Items {
		listed.Items = append(listed.Items, listedEvent{e, prices(e.Details)})
	}
	return listed, err
}

// listedEvent is an event with what it costs now, but without what is left.
type listedEvent struct {
	readmodel.Event
	Sections []sectionPrice `json:"sections"`
}

type sectionPrice struct {
	inventory.Section
	PriceCents *int64  `json:"price_cents"` // null when it is not for sale
	Tier       *string `json:"tier"`
}

func prices(d event.Details) []sectionPrice {
	sections := make([]sectionPrice, len(d.Sections))
	for i, s := range d.Sections {
		sections[i].Section = s
		if tier, ok := inventory.Price(d.Tiers, s.Name, serverTime()); ok {
			sections[i].PriceCents, sections[i].Tier = &tier.PriceCents, &tier.Kind
		}
	}
	return sections
}

func moment(query url.Values, name string) (time.Time, error) {
	text := query.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, web.ErrInvalid.WithField(name, "must be a time like 2027-03-01T19:30:00Z")
	}
	return t, nil
}

// getEvent answers from the stream, but for the places that are left.
func (a *API) getEvent(w http.ResponseWriter, r *web.Request) error {
	snapshot, err := a.visible(r.Context(), r.Actor(), r.Param("id"))
	if err != nil {
		return err
	}
	view, err := a.eventView(r, snapshot.State)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", web.ETag(snapshot.Version))
	return web.Reply(w, http.StatusOK, view)
}

type sectionView struct {
	sectionPrice
	Available int `json:"available"`
}

type eventView struct {
	event.Details
	ID           string                   `json:"id"`
	OwnerID      string                   `json:"owner_id"`
	Status       event.Status             `json:"status"`
	Reason       string                   `json:"reason,omitempty"`
	Sections     []sectionView            `json:"sections"`
	RefundPolicy []reservation.PolicyStep `json:"refund_policy"`
	CreatedAt    time.Time                `json:"created_at"`
}

func (a *API) eventView(r *web.Request, e event.Event) (any, error) {
	known, err := a.sectionsOf(r.Context(), e)
	if err != nil {
		return nil, err
	}
	view := eventView{
		Details: e.Details, ID: e.ID, OwnerID: e.OwnerID, Status: e.Status, Reason: e.Reason,
		RefundPolicy: reservation.RefundPolicy(), CreatedAt: e.CreatedAt,
	}
	for i, price := range prices(e.Details) {
		view.Sections = append(view.Sections, sectionView{price, known[i].Available})
	}
	return view, nil
}

func toCreate(r *web.Request) (string, event.Action, error) {
	var details event.Details
	err := r.JSON(&details)
	id := r.NewID()
	return id, event.Create{ID: id, Details: details}, err
}

func toEdit(r *web.Request) (string, event.Action, error) {
	var edit event.Edit
	err := r.JSON(&edit)
	return r.Param("id"), edit, err
}

func toCancelEvent(r *web.Request) (string, event.Action, error) {
	var cancel event.Cancel
	err := r.JSON(&cancel)
	return r.Param("id"), cancel, err
}

func to(action event.Action) func(r *web.Request) (string, event.Action, error) {
	return func(r *web.Request) (string, event.Action, error) { return r.Param("id"), action, nil }
}

// removeEvent deletes a draft, and cancels what is public already.
func (a *API) removeEvent(w http.ResponseWriter, r *web.Request) error {
	snapshot, err := a.visible(r.Context(), r.Actor(), r.Param("id"))
	if err != nil {
		return err
	}
	status, action := http.StatusAccepted, event.Action(event.Cancel{Reason: "deleted by the organiser"})
	if snapshot.State.Status == event.Draft {
		status, action = http.StatusNoContent, event.Delete{}
	}
	receipt, err := a.Events.Send(r.Context(), r.Param("id"), action)
	if err != nil {
		return err
	}
	web.SetPosition(w, receipt.Position)
	w.WriteHeader(status)
	return nil
}
