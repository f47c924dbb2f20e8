package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/composable-go/composable/store"
)

// Waiter blocks until the read models include the position, or ctx ends.
type Waiter func(ctx context.Context, position int64) error

// State answers with the view of one stream, the path parameter {id} being its
// key: 404 when it does not exist, 304 when If-None-Match names its version.
func State[S, A any](s *store.Store[S, A], view func(*Request, S) (any, error)) http.HandlerFunc {
	return Handle(func(w http.ResponseWriter, r *Request) error {
		snapshot, err := s.State(r.Context(), r.Param("id"))
		if err != nil {
			return err
		}
		if snapshot.Version == 0 {
			return ErrNotFound
		}
		body, err := view(r, snapshot.State) // before the ETag: the view may refuse the caller
		if err != nil || notModified(w, r, snapshot.Version) {
			return err
		}
		return Reply(w, http.StatusOK, body)
	})
}

// Query answers with what fn reads from the read models. When the request names a
// position, in Store-After or ?after=, wait is asked first; a read model that is
// not there in time ([Options].ReadWait) is 504 "stale".
func Query(wait Waiter, fn func(*Request) (any, error)) http.HandlerFunc {
	return Handle(func(w http.ResponseWriter, r *Request) error {
		if err := catchUp(r, wait); err != nil {
			return err
		}
		body, err := fn(r)
		if err != nil {
			return err
		}
		return Reply(w, http.StatusOK, body)
	})
}

func catchUp(r *Request, wait Waiter) error {
	after := cmp.Or(r.Header.Get("Store-After"), r.URL.Query().Get("after"))
	if after == "" || wait == nil {
		return nil
	}
	position, err := strconv.ParseInt(after, 10, 64)
	if err != nil || position < 0 {
		return store.Refuse(store.BadRequest, "bad_request", "Store-After must be a position, not %q", after)
	}
	ctx, cancel := context.WithTimeout(r.Context(), scopeOf(r.Request).readWait)
	defer cancel()
	err = wait(ctx, position)
	if err != nil && ctx.Err() != nil && r.Context().Err() == nil {
		return ErrStale.Because(err)
	}
	return err
}
