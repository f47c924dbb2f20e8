package auth

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/auth/passkey"
)

func TestNoLimitIsOfARouteThatIsGone(t *testing.T) {
	t.Parallel()
	left := routeLimits()
	router := chi.NewRouter()
	(&Auth{passkeys: &passkey.RelyingParty{}}).Routes(router)
	err := chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		delete(left, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range left {
		t.Errorf("there is no %s", route)
	}
}
