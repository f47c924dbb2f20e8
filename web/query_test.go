package web_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestQueriesWaitForThePosition(t *testing.T) {
	t.Parallel()
	asked := make(chan int64, 10)
	wait := func(ctx context.Context, position int64) error {
		asked <- position
		switch position {
		case 404:
			<-ctx.Done() // never arrives
			return ctx.Err()
		case 500:
			return errors.New("secret")
		case 503:
			return store.ErrUnavailable
		}
		return nil
	}
	server := serve(t, web.Options{ReadWait: time.Millisecond}, func(r chi.Router) {
		r.Get("/", web.Query(wait, func(r *web.Request) (any, error) { return "data", nil }))
		r.Get("/refused", web.Query(nil, func(r *web.Request) (any, error) { return nil, web.ErrNotFound }))
	})
	call(t, server, "GET", "/", "").want(t, 200, "")
	if len(asked) != 0 {
		t.Error("waited although no position was named")
	}
	call(t, server, "GET", "/", "", "Store-After", "7").want(t, 200, "")
	call(t, server, "GET", "/?after=8", "").want(t, 200, "")
	if a, b := <-asked, <-asked; a != 7 || b != 8 {
		t.Errorf("waited for %d and %d", a, b)
	}
	call(t, server, "GET", "/?after=404", "").want(t, 504, "stale")
	call(t, server, "GET", "/?after=500", "").want(t, 500, "internal")
	call(t, server, "GET", "/?after=503", "").want(t, 503, "unavailable")
	call(t, server, "GET", "/?after=soon", "").want(t, 400, "bad_request")
	call(t, server, "GET", "/?after=-1", "").want(t, 400, "bad_request")
	call(t, server, "GET", "/refused?after=1", "").want(t, 404, "not_found")
}
