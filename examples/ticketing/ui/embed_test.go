package ui_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/composable-go/composable/examples/ticketing/ui"
)

// TestHandler holds whether or not the pages have been built.
func TestHandler(t *testing.T) {
	t.Parallel()
	_, err := os.Stat("dist/app/index.html")
	built := err == nil
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		ui.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	for _, path := range []string{"/", "/events/1", "/tickets"} {
		w := get(path)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s, want a page", path, w.Code, w.Header().Get("Content-Type"))
		}
		if !built && !strings.Contains(w.Body.String(), "make ui") {
			t.Errorf("%s does not say how to build the pages", path)
		}
	}
	if w := get("/assets/none.js"); built && w.Code != 404 {
		t.Errorf("an asset that does not exist: %d, want 404", w.Code)
	}
}
