package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// journal is a log that can be read while it is written.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(j, nil)) }

// byHeader authenticates whoever says so.
func byHeader(r *http.Request) (store.Actor, error) {
	if r.Header.Get("X-Actor") == "revoked" {
		return store.Actor{}, web.ErrUnauthenticated
	}
	return store.Actor{ID: r.Header.Get("X-Actor"), Roles: r.Header.Values("X-Role")}, nil
}

type answer struct {
	*http.Response
	body string
}

// member decodes one member of a JSON answer.
func (a answer) member(t *testing.T, name string) any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("%s is not a JSON object: %v", a.body, err)
	}
	return m[name]
}

// want checks an answer's status and, for errors, that it is a complete problem
// document with that code.
func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.body)
	}
	if code == "" {
		return
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q, want a problem document", got)
	}
	for name, want := range map[string]any{
		"type": "about:blank", "status": float64(status), "code": code,
		"title": http.StatusText(status), "correlation_id": a.Header.Get("X-Correlation-ID"),
	} {
		if got := a.member(t, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if a.member(t, "detail") != a.member(t, "message") || a.member(t, "detail") == "" {
		t.Errorf("detail and message must be equal and not empty: %s", a.body)
	}
}

// call sends a request; headers come in pairs.
func call(t *testing.T, server *httptest.Server, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: server.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response, string(data)}
}

// serve runs a router made with the options; routes are added by add.
func serve(t *testing.T, o web.Options, add func(chi.Router)) *httptest.Server {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	router := web.NewRouter(o)
	router.Use(web.Identify(byHeader))
	add(router)
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	return server
}
