package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/web"
)

// adminProjections adds the routes of [App.Admin] for read models: how far they are,
// and what gets one going that stands still.
func (a *App) adminProjections(r chi.Router) {
	r.Get("/projections", web.Query(nil, func(r *web.Request) (any, error) {
		all, err := a.runner.Status(r.Context())
		items := make([]projectionView, len(all))
		for i, s := range all {
			items[i] = viewOf(s)
		}
		return map[string]any{"items": items, "next_cursor": nil}, err
	}))
	r.Post("/projections/{name}/retry", a.onProjection(func(ctx context.Context, r *web.Request) error {
		return a.runner.Retry(ctx, r.Param("name"))
	}))
	r.Post("/projections/{name}/skip", a.onProjection(func(ctx context.Context, r *web.Request) error {
		position, err := strconv.ParseInt(r.URL.Query().Get("position"), 10, 64)
		if err != nil {
			return web.ErrInvalid.
				WithField("position", "must be the position of the event that it stands still at")
		}
		return a.runner.Skip(ctx, r.Param("name"), position)
	}))
	r.Post("/projections/{name}/rebuild", a.onProjection(func(ctx context.Context, r *web.Request) error {
		return a.runner.BeginRebuild(ctx, r.Param("name"))
	}))
}

// onProjection answers 202: what was ordered is done by the node that owns it.
func (a *App) onProjection(order func(ctx context.Context, r *web.Request) error) http.HandlerFunc {
	return web.Handle(func(w http.ResponseWriter, r *web.Request) error {
		if err := order(r.Context(), r); err != nil {
			return err
		}
		w.WriteHeader(http.StatusAccepted)
		return nil
	})
}

// projectionView is a read model as operators see it.
type projectionView struct {
	Name       string       `json:"name"`
	Position   int64        `json:"position"`
	Lag        int64        `json:"lag"` // events
	LagSeconds float64      `json:"lag_seconds"`
	Failure    *failureView `json:"failure"`
	Rebuild    *rebuildView `json:"rebuild"` // null when none is under way
}

// failureView is why one stands still; without a position it is no event's fault,
// and nothing can be skipped.
type failureView struct {
	Message  string    `json:"message"`
	Position int64     `json:"position"`
	Store    string    `json:"store"`
	Key      string    `json:"key"`
	Event    string    `json:"event"`
	Since    time.Time `json:"since"`
	Attempts int       `json:"attempts"`
}

type rebuildView struct {
	Position int64        `json:"position"`
	Failure  *failureView `json:"failure"`
}

func viewOf(s projection.Status) projectionView {
	v := projectionView{
		Name: s.Name, Position: s.Position, Lag: s.Lag, LagSeconds: s.Age.Seconds(), Failure: viewOfFailure(s.Failure),
	}
	if s.Rebuild != nil {
		v.Rebuild = &rebuildView{s.Rebuild.Position, viewOfFailure(s.Rebuild.Failure)}
	}
	return v
}

func viewOfFailure(f *projection.Failure) *failureView {
	if f == nil {
		return nil
	}
	return &failureView{f.Message, f.Position, f.Stream.Store, f.Stream.Key, f.Event, f.Since, f.Attempts}
}
