package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/composable-go/composable/store"
)

const checkTimeout = 2 * time.Second

// Check asks one component whether it works.
type Check struct {
	Name string
	// Run returns facts worth showing, such as a lag (nil: none), and an error
	// when the component does not work. It must return when ctx ends, after 2 s.
	Run func(ctx context.Context) (detail any, err error)
}

type component struct {
	Name   string  `json:"name"`
	State  string  `json:"state"` // "ok" or "failed"
	Took   float64 `json:"took_ms"`
	Detail any     `json:"detail,omitempty"`
}

// Health answers 200 "ok": the process is up.
func Health() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "ok")
	}
}

// Ready runs all checks at once and answers 200, or 503 when one fails, with
// each component's state and how long its check took. Why a check failed is
// logged and not shown.
func Ready(checks ...Check) http.HandlerFunc {
	return Handle(func(w http.ResponseWriter, r *Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
		defer cancel()
		components := make([]component, len(checks))
		var all sync.WaitGroup
		for i, check := range checks {
			all.Go(func() { components[i] = check.run(ctx, r) })
		}
		all.Wait()
		status, state := http.StatusOK, "ready"
		for _, c := range components {
			if c.State != "ok" {
				status, state = http.StatusServiceUnavailable, "not ready"
			}
		}
		w.Header().Set("Cache-Control", "no-store")
		return Reply(w, status, map[string]any{"status": state, "components": components})
	})
}

func (c Check) run(ctx context.Context, r *Request) component {
	start := time.Now()
	detail, err := c.contained(ctx)
	result := component{Name: c.Name, State: "ok", Took: float64(time.Since(start).Microseconds()) / 1000, Detail: detail}
	if err != nil {
		result.State = "failed"
		scopeOf(r.Request).logger.WarnContext(ctx, "a component is not ready", "component", c.Name, "error", err,
			"correlation_id", store.OriginFrom(ctx).CorrelationID)
	}
	return result
}

// contained runs the check; in its goroutine a panic would end the process.
func (c Check) contained(ctx context.Context) (detail any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return c.Run(ctx)
}
