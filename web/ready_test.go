package web_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/web"
)

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	good := web.Check{Name: "projections", Run: func(context.Context) (any, error) { return map[string]int{"lag": 3}, nil }}
	bad := web.Check{Name: "database", Run: func(context.Context) (any, error) { return nil, errors.New("secret") }}
	worse := web.Check{Name: "bus", Run: func(context.Context) (any, error) { panic("secret") }}
	var logged journal
	server := serve(t, web.Options{Logger: logged.logger()}, func(r chi.Router) {
		r.Get("/health", web.Health())
		r.Get("/ready", web.Ready(good))
		r.Get("/unready", web.Ready(good, bad, worse))
	})
	if got := call(t, server, "GET", "/health", ""); got.StatusCode != 200 || got.body != "ok" {
		t.Errorf("health: %d %q", got.StatusCode, got.body)
	}
	got := call(t, server, "GET", "/ready", "")
	got.want(t, 200, "")
	for _, part := range []string{`"projections"`, `"state":"ok"`, `"took_ms":`, `"lag":3`, `"status":"ready"`} {
		if !strings.Contains(got.body, part) {
			t.Errorf("ready lacks %s: %s", part, got.body)
		}
	}
	got = call(t, server, "GET", "/unready", "")
	got.want(t, 503, "")
	if strings.Count(got.body, `"state":"failed"`) != 2 || strings.Contains(got.body, "secret") || !strings.Contains(logged.String(), "secret") {
		t.Errorf("unready: %s", got.body)
	}
}
