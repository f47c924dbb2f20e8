package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type tally struct{ N int }

type act interface{ act() }

type (
	count    struct{}
	tell     struct{ Address string }
	dispatch struct{}
	counted  struct{}
)

func (count) act()    {}
func (tell) act()     {}
func (dispatch) act() {}
func (counted) act()  {}

type reducer struct{}

func (reducer) Actions() store.Actions[act] {
	return store.Actions[act]{Commands: []act{count{}, tell{}, dispatch{}}, Events: []act{counted{}}}
}

func (reducer) Reduce(s *tally, a act, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case tell:
		return store.Effects{email.Send{To: []string{a.Address}, Subject: "Counted", Text: "So far."}}, nil
	case dispatch:
		return store.Effects{errand{}}, nil
	case count:
		return store.Effects{store.Record(counted{})}, nil
	case counted:
		s.N++
	}
	return nil, nil
}

// wire has a grand tally follow those whose key begins with "s".
func wire(a *app.App) {
	tallies := store.New(a.Runtime, "tally", reducer{})
	a.Saga(saga.New("grand", tallies, saga.On("tally", func(e saga.Event, _ counted) (string, act) {
		if !strings.HasPrefix(e.Key, "s") {
			return "", nil
		}
		return "grand", count{}
	})))
	view := func(_ *web.Request, s tally) (any, error) { return s, nil }
	a.Routes(func(r chi.Router) {
		r.Get("/tallies/{id}", web.State(tallies, view))
		r.Post("/tallies/{id}", web.Command(tallies, func(r *web.Request) (string, act, error) {
			return r.Param("id"), count{}, nil
		}, web.OK(view)))
		r.Post("/tallies/{id}/send", web.Command(tallies, func(r *web.Request) (string, act, error) {
			return r.Param("id"), dispatch{}, nil
		}, web.OK(view)))
		r.Post("/tallies/{id}/tell", web.Command(tallies, func(r *web.Request) (string, act, error) {
			return r.Param("id"), tell{"ann@example.com"}, nil
		}, web.OK(view)))
	})
}

func request(t *testing.T, method, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.(*http.Transport).Clone().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

func TestOneProgramOnEveryDatabase(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"memory":   func(*testing.T) string { return "memory:" },
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "app.db") },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := apptest.Serve(t, wire, "DATABASE_URL="+database(t))
			for range 3 {
				request(t, "POST", url+"/tallies/a")
			}
			if status, body := request(t, "POST", url+"/tallies/a"); status != 200 || body != `{"N":4}` {
				t.Errorf("%d %s; want a tally of 4", status, body)
			}
			if status, body := request(t, "GET", url+"/health"); status != 200 || body != "ok" {
				t.Errorf("health: %d %s", status, body)
			}
			status, body := request(t, "GET", url+"/ready")
			if status != 200 || !strings.Contains(body, `"database"`) || !strings.Contains(body, `"projections"`) {
				t.Errorf("ready: %d %s", status, body)
			}
		})
	}
}

func TestReadyShowsWhereAReadModelStandsStill(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, func(a *app.App) {
		wire(a)
		a.Project(projection.New("tallies", []string{`CREATE TABLE IF NOT EXISTS {tallies} (id TEXT PRIMARY KEY)`},
			projection.On("tally", func(context.Context, *projection.Tx, projection.Meta, counted) error {
				return errors.New("secret")
			})))
	})
	request(t, "POST", url+"/tallies/ann")
	status, body := request(t, "GET", url+"/ready")
	for status == 200 {
		status, body = request(t, "GET", url+"/ready")
	}
	for _, part := range []string{
		`"tallies":{`, `"position":0`, `"lag":1`, `"lag_seconds":`, `"owner":true`,
		`"failure":{`, `"position":1`, `"store":"tally"`, `"event":"counted"`, `"attempts":`, `"since":"`,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("ready lacks %s: %s", part, body)
		}
	}
	if status != 503 || strings.Contains(body, "secret") || strings.Contains(body, "ann") {
		t.Errorf("%d %s; want 503 and no secrets", status, body)
	}
}

func TestAnInlineReadModelIsNeverBehind(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, func(a *app.App) {
		wire(a)
		a.Inline(projection.NewInline("sums", []string{`CREATE TABLE IF NOT EXISTS sums (n BIGINT NOT NULL)`},
			projection.On("tally", func(_ context.Context, s *projection.Statements, m projection.Meta, _ counted) error {
				s.Exec(`INSERT INTO sums (n) VALUES ($1)`, m.Version)
				return nil
			})))
		a.Routes(func(r chi.Router) {
			r.Get("/sum", web.Query(nil, func(r *web.Request) (any, error) {
				var n int
				err := a.DB().QueryRowContext(r.Context(), `SELECT COALESCE(SUM(n), 0) FROM sums`).Scan(&n)
				return n, err
			}))
		})
	}, "DATABASE_URL=sqlite:"+filepath.Join(t.TempDir(), "app.db"))
	for i, want := range []string{"1", "3", "6"} {
		request(t, "POST", url+"/tallies/a")
		if _, body := request(t, "GET", url+"/sum"); strings.TrimSpace(body) != want {
			t.Errorf("after %d: %s, want %s", i+1, body, want)
		}
	}
}

func TestUnknownRouteIsAProblem(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, wire)
	status, body := request(t, "GET", url+"/nowhere")
	var problem struct{ Code string }
	if err := json.Unmarshal([]byte(body), &problem); err != nil || status != 404 || problem.Code != "not_found" {
		t.Errorf("%d %s; want the problem not_found", status, body)
	}
}

func TestMailboxIsThereInDevelopmentOnly(t *testing.T) {
	t.Parallel()
	signIn := func(a *app.App) {
		a.Auth(auth.Options{App: "Test"})
		a.Mails(email.Message{ID: "receipt", Subject: "Your receipt", Text: "t", HTML: "<p>h</p>"})
	}
	dev := apptest.Serve(t, signIn)
	if status, body := request(t, "GET", dev+"/dev/mailbox.json"); status != 200 || strings.TrimSpace(body) != "[]" {
		t.Errorf("development: %d %s; want an empty mailbox", status, body)
	}
	if status, body := request(t, "GET", dev+"/dev/mails"); status != 200 || !strings.Contains(body, "Sign in to Test") || !strings.Contains(body, "Your receipt") {
		t.Errorf("development: %d %s; want what can be sent", status, body)
	}
	production := apptest.Serve(t, signIn, "DEV=0", "SMTP_URL=smtp://localhost:2525?tls=none", "SECRET_KEY="+strings.Repeat("k", 32))
	for _, path := range []string{"/dev/mailbox", "/dev/mails", "/dev/mails/sign_in"} {
		if status, _ := request(t, "GET", production+path); status != 404 {
			t.Errorf("production: %s is %d; want 404", path, status)
		}
	}
}

func TestMailOfAReducerArrives(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, wire)
	request(t, "POST", url+"/tallies/a/tell")
	until(t, url+"/dev/mailbox.json", func(body string) bool {
		return strings.Contains(body, `"Counted"`) && strings.Contains(body, "ann@example.com")
	})
}

func TestASagaFollowsTheEvents(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, wire)
	for _, key := range []string{"s1", "a", "s2", "s1"} {
		request(t, "POST", url+"/tallies/"+key)
	}
	until(t, url+"/tallies/grand", func(body string) bool { return body == `{"N":3}` })
	if status, body := request(t, "GET", url+"/ready"); status != 200 || !strings.Contains(body, `{"lag":{"grand":`) {
		t.Errorf("ready: %d %s; want the saga's lag", status, body)
	}
}

// until asks again and again, for a minute at most.
func until(t *testing.T, url string, done func(body string) bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	for again := time.Tick(time.Millisecond); ; {
		_, body := request(t, "GET", url)
		if done(body) {
			return
		}
		select {
		case <-again:
		case <-deadline.C:
			t.Fatalf("%s still answers %s", url, body)
		}
	}
}

func TestServeFinishesAndReleasesTheDatabase(t *testing.T) {
	t.Parallel()
	settings := []string{"LISTEN=127.0.0.1:0", "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "app.db")}
	for range 2 {
		a, err := app.Open(t.Context(), app.ConfigOf(settings...))
		if err != nil {
			t.Fatal(err)
		}
		wire(a)
		ctx, stop := context.WithCancel(t.Context())
		a.OnStart(func(context.Context) error { stop(); return nil })
		if err := a.Serve(ctx); err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
}

func TestSignInWithAProviderOfTheEnvironment(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	url := apptest.Serve(t, func(a *app.App) { a.Auth(auth.Options{}) },
		"OAUTH_ACME_CLIENT_ID="+p.ClientID, "OAUTH_ACME_CLIENT_SECRET="+p.ClientSecret, "OAUTH_ACME_ISSUER="+p.Issuer)
	ada := p.SignIn(t, url, "acme", authtest.Person{Subject: "1", Email: "ada@example.com", EmailVerified: true})
	if ada.User.Email != "ada@example.com" {
		t.Errorf("signed in as %+v", ada.User)
	}
}
