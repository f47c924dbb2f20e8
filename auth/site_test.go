package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

// site is a running application that has nothing but sign-in.
type site struct {
	url  string // "" in a bubble of virtual time, where there is no network
	http http.Handler
	box  *authtest.Mailbox
	rt   *store.Runtime
	auth *auth.Auth
	logs *logs
}

// quota is the same limit for all.
func quota(l auth.Limit) auth.Quota { return auth.Quota{PerAccount: l, PerNetwork: l, Global: l} }

// plenty are limits that no test runs into.
func plenty() auth.Limits {
	much := auth.Limit{Burst: 1_000_000, Per: time.Millisecond} // forgotten at once
	return auth.Limits{PerAddress: much, Mail: quota(much), Proof: quota(much), Change: quota(much), Read: quota(much)}
}

// start runs a site on the backend, with limits of [plenty].
func start(t *testing.T, backend eventlog.Backend, change ...func(*auth.Options)) *site {
	t.Helper()
	s := startInBubble(t, backend, change...)
	server := httptest.NewServer(s.http)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// startInBubble is start without a network.
func startInBubble(t *testing.T, backend eventlog.Backend, change ...func(*auth.Options)) *site {
	t.Helper()
	s := &site{box: authtest.NewMailbox(), logs: &logs{}}
	logger := slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.rt = store.NewRuntime(backend, store.Options{Logger: logger, SnapshotEvery: 5})
	o := auth.Options{
		SecretKey: bytes.Repeat([]byte("k"), 32), BaseURL: "http://box.test", App: "Box Office", SignInPath: "/sign-in",
		From: "box@box.test", Sender: s.box, AdminEmails: []string{"Root@Example.com"}, MaxSessions: 1000, Logger: logger,
		Limits: plenty(),
	}
	for _, f := range change {
		f(&o)
	}
	s.auth = auth.New(s.rt, o)
	if err := s.rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter(web.Options{Logger: logger})
	router.Route("/auth", s.auth.Routes)
	router.With(web.Identify(s.auth.Authenticate)).Get("/whoami", web.Handle(func(w http.ResponseWriter, r *web.Request) error {
		return web.Reply(w, http.StatusOK, r.Actor())
	}))
	router.Post("/enter", web.Handle(func(w http.ResponseWriter, r *web.Request) error {
		return s.auth.EnterBy(w, r, r.URL.Query().Get("row"), r.URL.Query().Get("email"))
	}))
	s.http = router
	t.Cleanup(func() {
		if err := s.rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func inMemory(t *testing.T, change ...func(*auth.Options)) *site {
	t.Helper()
	return start(t, memory.New(), change...)
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// do sends a request; body is JSON unless it is "". Redirects are not followed.
func (s *site) do(t *testing.T, method, path, body string, change ...func(*http.Request)) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	response, err := s.send(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Request = r
	return answer{response, string(data)}
}

func (s *site) send(r *http.Request) (*http.Response, error) {
	if s.url == "" {
		w := httptest.NewRecorder()
		s.http.ServeHTTP(w, r)
		return w.Result(), nil
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return client.Do(r)
}

func form(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s = %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

// refused checks the status and the code of a problem.
func (a answer) refused(t *testing.T, status int, code string) answer {
	t.Helper()
	a.want(t, status)
	var problem struct{ Code string }
	a.decode(t, &problem)
	if problem.Code != code {
		t.Errorf("%s %s is refused with %q, want %q", a.Request.Method, a.Request.URL.Path, problem.Code, code)
	}
	return a
}

func (a answer) decode(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("%s %s: %v: %s", a.Request.Method, a.Request.URL.Path, err, a.body)
	}
}

// cookie returns the cookie that the answer sets under a name.
func (a answer) cookie(t *testing.T, name string) *http.Cookie {
	t.Helper()
	for _, c := range a.Cookies() {
		if strings.TrimPrefix(c.Name, "__Host-") == name {
			return c
		}
	}
	t.Fatalf("%s %s sets no cookie %s", a.Request.Method, a.Request.URL.Path, name)
	return nil
}

// whoami is who the server takes the sender of a request for.
func (s *site) whoami(t *testing.T, change ...func(*http.Request)) store.Actor {
	t.Helper()
	var actor store.Actor
	s.do(t, http.MethodGet, "/whoami", "", change...).want(t, http.StatusOK).decode(t, &actor)
	return actor
}

// events returns the names of the events of the whole log, in order.
func (s *site) events(t *testing.T) []string {
	t.Helper()
	events, err := s.rt.Log().ReadAll(t.Context(), 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = e.Name
	}
	return names
}

func count(names []string, name string) int {
	n := 0
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}

// logs collects what is logged.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
