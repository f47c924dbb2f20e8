package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestEveryErrorHasItsStatus(t *testing.T) {
	t.Parallel()
	const secret = "SELECT secret"
	cases := []struct {
		err    error
		status int
		code   string
	}{
		{store.Refuse(store.BadRequest, "sold_out", "no"), 400, "sold_out"},
		{web.ErrUnauthenticated, 401, "unauthenticated"},
		{store.Refuse(store.PaymentRequired, "payment_declined", "no"), 402, "payment_declined"},
		{store.ErrForbidden, 403, "forbidden"},
		{web.ErrNotFound, 404, "not_found"},
		{store.ErrConflict, 409, "conflict"},
		{store.ErrTaken, 409, "already_exists"},
		{store.ErrMismatch, 409, "idempotency_mismatch"},
		{store.Refuse(store.Gone, "gone", "no"), 410, "gone"},
		{web.ErrPrecondition, 412, "precondition_failed"},
		{web.ErrTooLarge, 413, "too_large"},
		{&http.MaxBytesError{Limit: 1}, 413, "too_large"},
		{web.ErrMediaType, 415, "unsupported_media_type"},
		{store.Refuse(store.Invalid, "invalid", "no"), 422, "invalid"},
		{store.Refuse(store.RateLimited, "rate_limited", "no"), 429, "rate_limited"},
		{store.ErrOverloaded, 503, "overloaded"},
		{store.ErrUnavailable.Because(errors.New(secret)), 503, "unavailable"},
		{web.ErrStale, 504, "stale"},
		{store.ErrTimeout, 504, "timeout"},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), 504, "timeout"},
		{fmt.Errorf("wrapped: %w", store.ErrTaken), 409, "already_exists"},
		{errors.New(secret), 500, "internal"},
		{store.ErrInternal.Because(errors.New(secret)), 500, "internal"},
		{store.Refuse(store.Internal, "broken", secret).With("sql", secret), 500, "internal"},
		{store.Refuse(store.Kind(99), "odd", secret), 500, "internal"},
		{store.Refuse(store.Conflict, "odd", "no").With("detail_that_is_no_json", func() {}), 500, "internal"},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%d %s", c.status, c.code), func(t *testing.T) {
			t.Parallel()
			var logged journal
			server := serve(t, web.Options{Logger: logged.logger()}, func(r chi.Router) {
				r.Get("/", web.Handle(func(http.ResponseWriter, *web.Request) error { return c.err }))
			})
			got := call(t, server, "GET", "/", "")
			got.want(t, c.status, c.code)
			if strings.Contains(got.body, secret) {
				t.Errorf("the cause is shown: %s", got.body)
			}
			if waits := c.status == 429 || c.status == 503; waits != (got.Header.Get("Retry-After") != "") {
				t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
			}
			if c.status == 500 && !strings.Contains(logged.String(), got.Header.Get("X-Correlation-ID")) {
				t.Errorf("the log does not name the request: %s", logged.String())
			}
		})
	}
}

func TestRefusalsShowFieldsAndDetails(t *testing.T) {
	t.Parallel()
	refusal := store.Refuse(store.RateLimited, "rate_limited", "later").
		With("retry_after", 7).With("attempts_left", 2).With("status", 1).WithField("email", "too often")
	server := serve(t, web.Options{}, func(r chi.Router) {
		r.Get("/", web.Handle(func(http.ResponseWriter, *web.Request) error { return refusal }))
	})
	got := call(t, server, "GET", "/", "")
	got.want(t, 429, "rate_limited") // a detail cannot replace the status
	if got.Header.Get("Retry-After") != "7" || got.member(t, "retry_after") != 7.0 || got.member(t, "attempts_left") != 2.0 {
		t.Errorf("Retry-After %q, body %s", got.Header.Get("Retry-After"), got.body)
	}
	if fields, _ := got.member(t, "fields").(map[string]any); fields["email"] != "too often" {
		t.Errorf("fields are %v", fields)
	}
}

func TestRouterErrorsAreProblems(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{}, func(r chi.Router) {
		r.Route("/api", func(r chi.Router) {
			r.Get("/things/{id}", web.Handle(func(w http.ResponseWriter, r *web.Request) error {
				return web.Reply(w, 200, r.Param("id"))
			}))
			r.Put("/things/{id}", web.Health())
		})
	})
	call(t, server, "GET", "/nowhere", "").want(t, 404, "not_found")
	call(t, server, "GET", "/api/nowhere", "").want(t, 404, "not_found")
	refused := call(t, server, "DELETE", "/api/things/1", "")
	refused.want(t, 405, "method_not_allowed")
	if allow := refused.Header.Get("Allow"); allow != "GET, PUT" {
		t.Errorf("Allow is %q, want what the route has", allow)
	}
	if got := call(t, server, "GET", "/api/things/a%2Fb%20c", ""); got.body != `"a/b c"` {
		t.Errorf("the parameter is %s", got.body)
	}
	call(t, server, "HEAD", "/api/things/1", "").want(t, 200, "")
}

func TestPanics(t *testing.T) {
	t.Parallel()
	var logged journal
	server := serve(t, web.Options{Logger: logged.logger()}, func(r chi.Router) {
		r.Get("/early", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			panic("secret")
		})
		r.Get("/late", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half"))
			_ = http.NewResponseController(w).Flush()
			panic("secret")
		})
	})
	got := call(t, server, "GET", "/early", "")
	got.want(t, 500, "internal")
	if strings.Contains(got.body, "secret") || got.Header.Get("ETag") != "" {
		t.Errorf("the answer shows what it must not: %v %s", got.Header, got.body)
	}
	if !strings.Contains(logged.String(), "secret") {
		t.Error("the panic is not logged")
	}
	response, err := server.Client().Get(server.URL + "/late")
	if err == nil {
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
	}
	if err == nil {
		t.Error("half an answer was passed off as a whole one")
	}
}
