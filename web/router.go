package web

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/composable-go/composable/store"
)

// NewRouter returns a chi router behind [Middleware] that answers unknown paths
// and methods with problem documents, and HEAD wherever there is a GET.
func NewRouter(o Options) *chi.Mux {
	r := chi.NewRouter()
	r.Use(Middleware(o), middleware.GetHead)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) { Problem(w, r, ErrNotFound) })
	r.MethodNotAllowed(methodNotAllowed)
	return r
}

// methodNotAllowed asks the router what it would have allowed, as chi tells only
// its own handler.
func methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	routes := chi.RouteContext(r.Context()).Routes
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeProblem(w, r, http.StatusMethodNotAllowed,
		store.Refuse(errMethod.Kind, errMethod.Code, "%s is not possible here", r.Method))
}
