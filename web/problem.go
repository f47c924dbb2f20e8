package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/composable-go/composable/store"
)

// Refusals of the edge itself. A route of the application may use them too.
var (
	ErrNotFound        = store.Refuse(store.NotFound, "not_found", "there is nothing here")
	ErrUnauthenticated = store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
	ErrPrecondition    = store.Refuse(store.PreconditionFailed, "precondition_failed", "this has changed since you loaded it; load it again")
	ErrStale           = store.Refuse(store.Timeout, "stale", "the view has not caught up with your last change yet; try again")
	ErrTooLarge        = store.Refuse(store.TooLarge, "too_large", "the request body is too large")
	ErrInvalid         = store.Refuse(store.Invalid, "invalid", "some fields are not valid")
	ErrMediaType       = store.Refuse(store.UnsupportedMediaType, "unsupported_media_type", "send application/json")

	errMethod = store.Refuse(store.BadRequest, "method_not_allowed", "this is not possible here")
)

// RefusalCodes lists the codes of the edge's own refusals.
func RefusalCodes() (codes []string) {
	for _, r := range []*store.Refusal{
		ErrNotFound, ErrUnauthenticated, ErrPrecondition, ErrStale, ErrTooLarge, ErrInvalid, ErrMediaType, errMethod,
	} {
		codes = append(codes, r.Code)
	}
	return codes
}

// Status is the table from kinds of refusals to HTTP statuses.
func Status(kind store.Kind) int {
	table := [...]int{
		store.BadRequest:           http.StatusBadRequest,
		store.Unauthenticated:      http.StatusUnauthorized,
		store.PaymentRequired:      http.StatusPaymentRequired,
		store.Forbidden:            http.StatusForbidden,
		store.NotFound:             http.StatusNotFound,
		store.Conflict:             http.StatusConflict,
		store.PreconditionFailed:   http.StatusPreconditionFailed,
		store.Gone:                 http.StatusGone,
		store.TooLarge:             http.StatusRequestEntityTooLarge,
		store.UnsupportedMediaType: http.StatusUnsupportedMediaType,
		store.Invalid:              http.StatusUnprocessableEntity,
		store.RateLimited:          http.StatusTooManyRequests,
		store.Internal:             http.StatusInternalServerError,
		store.Unavailable:          http.StatusServiceUnavailable,
		store.Timeout:              http.StatusGatewayTimeout,
	}
	if kind < 0 || int(kind) >= len(table) {
		return http.StatusInternalServerError
	}
	return table[kind]
}

// Problem answers a request with err as application/problem+json. The refusal's
// details become members of the document; the detail retry_after, in seconds,
// becomes the Retry-After header too. Anything but a refusal is "internal": it
// is logged and not shown.
func Problem(w http.ResponseWriter, r *http.Request, err error) {
	refusal := refusalOf(err)
	status := Status(refusal.Kind)
	if status == http.StatusInternalServerError {
		logFailure(r, err)
		refusal = store.ErrInternal
	}
	writeProblem(w, r, status, refusal)
}

func logFailure(r *http.Request, err error) {
	scopeOf(r).logger.ErrorContext(r.Context(), "request failed", "error", err,
		"method", r.Method, "path", r.URL.Path, "correlation_id", store.OriginFrom(r.Context()).CorrelationID)
}

func refusalOf(err error) *store.Refusal {
	var refusal *store.Refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.As(err, &tooLarge):
		return ErrTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return store.ErrTimeout
	case errors.Is(err, context.Canceled): // the client has left or the server is closing
		return store.ErrUnavailable
	}
	return store.ErrInternal
}

func writeProblem(w http.ResponseWriter, r *http.Request, status int, refusal *store.Refusal) {
	body := maps.Clone(refusal.Details)
	if body == nil {
		body = map[string]any{}
	}
	maps.Copy(body, map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": refusal.Code,
		"detail": refusal.Message, "message": refusal.Message,
		"correlation_id": store.OriginFrom(r.Context()).CorrelationID,
	})
	if len(refusal.Fields) > 0 {
		body["fields"] = refusal.Fields
	}
	data, err := json.Marshal(body)
	if err != nil { // a detail that is no JSON
		Problem(w, r, fmt.Errorf("web: cannot encode the refusal %q: %w", refusal.Code, err))
		return
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Length", "Content-Encoding"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter(refusal))
	}
	w.WriteHeader(status)
	_, _ = w.Write(data)
}

// retryAfter returns the whole seconds to wait, at least one.
func retryAfter(refusal *store.Refusal) string {
	data, _ := json.Marshal(refusal.Details["retry_after"])
	seconds, _ := strconv.ParseFloat(string(data), 64)
	return strconv.Itoa(max(1, int(seconds+0.999)))
}
