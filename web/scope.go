package web

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/store"
)

const defaultReadWait = 2 * time.Second

// scope is what Middleware hands to the handlers below it.
type scope struct {
	logger   *slog.Logger
	readWait time.Duration
}

type scopeKey struct{}

func scopeOf(r *http.Request) scope {
	if s, ok := r.Context().Value(scopeKey{}).(scope); ok {
		return s
	}
	return scope{slog.Default(), defaultReadWait}
}

// correlate gives the request its origin: a correlation id, taken over when the
// client sent a UUID and echoed either way, and the W3C trace context.
func correlate(s scope) func(http.Handler) http.Handler {
	traceparent := regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id, err := uuid.Parse(r.Header.Get("X-Correlation-ID"))
			if err != nil {
				id = uuid.Must(uuid.NewV7())
			}
			w.Header().Set("X-Correlation-ID", id.String())
			origin := store.OriginFrom(r.Context())
			origin.CorrelationID = id.String()
			if parent := r.Header.Get("Traceparent"); origin.TraceParent == "" && traceparent.MatchString(parent) {
				origin.TraceParent = parent
			}
			ctx := context.WithValue(r.Context(), scopeKey{}, s)
			next.ServeHTTP(w, r.WithContext(store.WithOrigin(ctx, origin)))
		})
	}
}
