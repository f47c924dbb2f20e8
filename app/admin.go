package app

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Admin adds routes for operators below path, for actors with the role "admin":
// dead letters, to be listed, retried and discarded; how durable effects fare; read
// models, to be rebuilt, and got going where they stand still.
func (a *App) Admin(path string) {
	a.refusals = []*store.Refusal{projection.ErrStale, projection.ErrUnknown, projection.ErrNoRebuild, projection.ErrNotThere}
	a.Routes(func(r chi.Router) {
		r.Route(path, func(r chi.Router) {
			r.Use(web.Require("admin"))
			r.Get("/dead-letters", web.Query(nil, a.deadLetters))
			r.Post("/dead-letters/{id}/retry", onDeadLetter(a.Runtime.Revive))
			r.Delete("/dead-letters/{id}", onDeadLetter(a.Runtime.Discard))
			a.adminProjections(r)
			r.Get("/effects", web.Query(nil, func(*web.Request) (any, error) { return a.effects(), nil }))
		})
	})
}

// deadLetter is a dead letter as operators see it.
type deadLetter struct {
	ID            string             `json:"id"`
	Effect        string             `json:"effect"`
	Store         string             `json:"store"`
	Key           string             `json:"key"`
	Payload       json.RawMessage    `json:"payload"`
	AskedAt       time.Time          `json:"asked_at"`
	BuriedAt      time.Time          `json:"buried_at"`
	Failures      []eventlog.Failure `json:"failures"`
	CorrelationID string             `json:"correlation_id"`
}

// maxDeadLetters is how many are listed: the newest.
const maxDeadLetters = 100

func (a *App) deadLetters(r *web.Request) (any, error) {
	letters, err := a.Runtime.DeadLetters(r.Context(), maxDeadLetters)
	items := make([]deadLetter, len(letters))
	for i, l := range letters {
		items[i] = deadLetter{
			ID: l.ID, Effect: l.Kind, Store: l.Stream.Store, Key: l.Stream.Key, Payload: l.Payload,
			AskedAt: l.Meta.At, BuriedAt: l.At, Failures: l.Failures, CorrelationID: l.Meta.CorrelationID,
		}
	}
	return map[string]any{"items": items, "next_cursor": nil}, err
}

func onDeadLetter(do func(ctx context.Context, id string) error) http.HandlerFunc {
	return web.Handle(func(w http.ResponseWriter, r *web.Request) error {
		err := do(r.Context(), r.Param("id"))
		if errors.Is(err, eventlog.ErrNotFound) {
			return web.ErrNotFound
		}
		if err == nil {
			w.WriteHeader(http.StatusNoContent)
		}
		return err
	})
}

// effects tells how durable effects fare on this node.
func (a *App) effects() map[string]any {
	kinds := map[string]any{}
	for _, k := range a.Runtime.Effects() {
		kinds[k.Name] = map[string]any{"running": k.Running, "breaker": k.Breaker}
	}
	incidents := map[string]int64{}
	maps.Copy(incidents, a.Runtime.Incidents())
	return map[string]any{"kinds": kinds, "incidents": incidents}
}
