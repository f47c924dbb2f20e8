package api

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// wholeStream is more events than a purchase or a payment ever has: both end.
const wholeStream = 1000

func (a *API) historyRoutes(r chi.Router) {
	r.Get("/reservations/{id}/history", web.Query(nil, a.history))
	r.Get("/reservations/{id}/at/{version}", web.Query(nil, a.past))
}

type decisionView struct {
	Stream        string         `json:"stream"`
	Action        string         `json:"action"`
	At            time.Time      `json:"at"`
	Actor         string         `json:"actor"`
	CorrelationID string         `json:"correlation_id"`
	CausationID   string         `json:"causation_id"`
	Position      int64          `json:"position"`
	Events        []recordedView `json:"events"`
	Effects       []effectView   `json:"effects"`
}

type recordedView struct {
	Version int64           `json:"version"`
	Name    string          `json:"name"`
	Data    json.RawMessage `json:"data"`
}

type effectView struct {
	ID       string             `json:"id,omitempty"`
	Kind     string             `json:"kind"`
	Key      string             `json:"key,omitempty"`
	To       string             `json:"to,omitempty"`
	Action   string             `json:"action,omitempty"`
	Due      time.Time          `json:"due,omitzero"`
	Status   store.EffectStatus `json:"status"`
	Failures []eventlog.Failure `json:"failures,omitempty"`
}

type historyView struct {
	list[decisionView]
	ServerTime time.Time `json:"server_time"`
}

// history tells what was decided about a purchase and its payments, the oldest
// first. The inventory and the quota serve other customers too and are left out.
func (a *API) history(r *web.Request) (any, error) {
	p, err := paging(r)
	if err != nil {
		return nil, err
	}
	s, err := a.own(r)
	if err != nil {
		return nil, err
	}
	decisions, err := a.story(r.Context(), s)
	if err != nil {
		return nil, err
	}
	if !r.Actor().Has("admin") {
		hideReasons(decisions)
	}
	return historyView{after(decisions, p.Cursor, cmp.Or(min(p.Limit, 100), 50)), serverTime()}, nil
}

// hideReasons leaves of failures when they were: what others answered is for
// administrators.
func hideReasons(story []decisionView) {
	for _, d := range story {
		for i, e := range d.Effects {
			d.Effects[i].Failures = nil // what the log holds is not ours to change
			for _, f := range e.Failures {
				d.Effects[i].Failures = append(d.Effects[i].Failures, eventlog.Failure{At: f.At, Error: "It did not work out."})
			}
		}
	}
}

// own returns the reservation of the path, which for others does not exist.
func (a *API) own(r *web.Request) (reservation.Reservation, error) {
	s, err := a.Reservations.State(r.Context(), r.Param("id"))
	if err == nil && !owns(r.Actor(), s.State) {
		err = reservation.ErrNotFound
	}
	return s.State, err
}

// story merges the streams of a purchase in the order of the log.
func (a *API) story(ctx context.Context, s reservation.Reservation) ([]decisionView, error) {
	decisions, err := a.Reservations.History(ctx, s.ID, 0, wholeStream)
	story := viewDecisions(eventlog.StreamID{Store: stream.Reservation, Key: s.ID}, decisions)
	for _, attempt := range s.Attempts {
		if err != nil {
			return nil, err
		}
		decisions, err = a.Payments.History(ctx, attempt.PaymentID, 0, wholeStream)
		story = append(story, viewDecisions(eventlog.StreamID{Store: stream.Payment, Key: attempt.PaymentID}, decisions)...)
	}
	slices.SortFunc(story, func(a, b decisionView) int { return cmp.Compare(a.Position, b.Position) })
	return story, err
}

// after is the page that follows a cursor: the position of the last decision before.
func after(story []decisionView, cursor string, limit int) list[decisionView] {
	position, _ := strconv.ParseInt(cursor, 10, 64) // what is none begins at the start
	first := slices.IndexFunc(story, func(d decisionView) bool { return d.Position > position })
	if first < 0 {
		return list[decisionView]{Items: []decisionView{}}
	}
	page := story[first:]
	if len(page) <= limit {
		return list[decisionView]{Items: page}
	}
	next := strconv.FormatInt(page[limit-1].Position, 10)
	return list[decisionView]{page[:limit], &next}
}

func viewDecisions(id eventlog.StreamID, decisions []store.Decision) []decisionView {
	views := make([]decisionView, len(decisions))
	for i, d := range decisions {
		views[i] = decisionView{
			Stream: id.String(), Action: d.Action, At: d.At, Actor: d.Actor,
			CorrelationID: d.CorrelationID, CausationID: d.CausationID, Position: d.Position,
			Events: make([]recordedView, len(d.Events)), Effects: make([]effectView, len(d.Effects)),
		}
		for j, e := range d.Events {
			views[i].Events[j] = recordedView(e)
		}
		for j, e := range d.Effects {
			views[i].Effects[j] = effectView(e)
		}
	}
	return views
}

type pastView struct {
	Version int64                   `json:"version"`
	State   reservation.Reservation `json:"state"`
}

// past shows a purchase as it was at one of its versions.
func (a *API) past(r *web.Request) (any, error) {
	if _, err := a.own(r); err != nil {
		return nil, err
	}
	version, err := strconv.ParseInt(r.Param("version"), 10, 64)
	if err != nil || version < 1 {
		return nil, web.ErrNotFound
	}
	then, err := a.Reservations.State(r.Context(), r.Param("id"), store.AtVersion(version))
	if err == nil && then.Version != version {
		err = web.ErrNotFound
	}
	return pastView{then.Version, then.State}, err
}
