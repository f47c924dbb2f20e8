package web

import (
	"net/http"

	"github.com/composable-go/composable/store"
)

// Authenticate finds out who sends a request. The zero Actor is nobody in
// particular; an error is a refusal, for credentials that are no good.
type Authenticate func(r *http.Request) (store.Actor, error)

// Identify makes the caller the actor of everything below.
func Identify(authenticate Authenticate) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			actor, err := authenticate(r)
			if err != nil {
				Problem(w, r, err)
				return
			}
			origin := store.OriginFrom(r.Context())
			origin.Actor = actor
			next.ServeHTTP(w, r.WithContext(store.WithOrigin(r.Context(), origin)))
		})
	}
}

// RequireActor refuses anonymous requests with 401.
func RequireActor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if store.OriginFrom(r.Context()).Actor.ID == "" {
			Problem(w, r, ErrUnauthenticated)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Require refuses anonymous requests with 401 and actors without the role with
// 403.
func Require(role string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return RequireActor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !store.OriginFrom(r.Context()).Actor.Has(role) {
				Problem(w, r, store.ErrForbidden)
				return
			}
			next.ServeHTTP(w, r)
		}))
	}
}
