package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

const secret = "0123456789abcdef0123456789abcdef"

// shop is a program with sign-in, and its mails.
type shop struct {
	router http.Handler
	box    *authtest.Mailbox
}

// withShop runs a program on the log while people sign in, and then stops it.
func withShop(t *testing.T, log eventlog.Backend, do func(shop)) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, store.Options{Logger: logger})
	s := shop{box: authtest.NewMailbox()}
	a := auth.New(rt, auth.Options{
		SecretKey: []byte(secret), BaseURL: "http://box.test", From: "box@box.test", Sender: s.box, Logger: logger,
	})
	router := web.NewRouter(web.Options{Logger: logger})
	router.Route("/auth", a.Routes)
	s.router = router
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	do(s)
	if err := errors.Join(rt.Close(context.Background()), log.Close()); err != nil {
		t.Fatal(err)
	}
}

// signIn signs somebody in from an address, with a device that is new.
func (s shop) signIn(t *testing.T, user, from string) {
	t.Helper()
	post := func(path, body string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = from + ":1000"
		w := httptest.NewRecorder()
		if s.router.ServeHTTP(w, r); w.Code >= http.StatusBadRequest {
			t.Fatalf("%s = %d: %s", path, w.Code, w.Body)
		}
	}
	post("/auth/magic-link/send", fmt.Sprintf(`{"email":%q}`, user))
	for {
		mail, err := s.box.Next(t.Context(), user)
		if err != nil {
			t.Fatal(err)
		}
		if token := regexp.MustCompile(`token=([\w-]+)`).FindStringSubmatch(mail.Text); token != nil {
			post("/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, token[1]))
			return
		}
	}
}

// databases are the ways to keep a log, each with a function that opens it.
func databases(t *testing.T, test func(t *testing.T, url string, open func() (eventlog.Backend, error))) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "shop.db")
		test(t, "sqlite:"+file, func() (eventlog.Backend, error) { return sqlite.Open(t.Context(), file) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		test(t, url, func() (eventlog.Backend, error) { return postgres.Open(t.Context(), url) })
	})
}

func write(t *testing.T, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRiskReplay(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string, open func() (eventlog.Backend, error)) {
		log, err := open()
		if err != nil {
			t.Fatal(err)
		}
		withShop(t, log, func(s shop) {
			s.signIn(t, "ada@example.com", "192.0.2.1")
			s.signIn(t, "ada@example.com", "192.0.2.1")
			s.signIn(t, "ada@example.com", "198.51.100.7")
			s.signIn(t, "eve@example.com", "198.51.100.7")
		})
		key := write(t, secret)
		replay := func(more ...string) (string, error) {
			return composable(t, append([]string{"risk", "replay", url, "--secret-file", key}, more...)...)
		}
		same, err := replay()
		if want := "LEVEL     THEN  NOW\nlow       3     3\nmedium    1     1\nhigh      0     0\ncritical  0     0\nall       4     4\n"; err != nil || same != want {
			t.Errorf("under the same policy: %v\n%s\nwant\n%s", err, same, want)
		}
		strict := write(t, `{"weights": {"new_device": 60}}`)
		out, err := replay("--policy", strict)
		if !errors.Is(err, changed) || strings.Contains(out, "Error") {
			t.Errorf("under another policy: %v\n%s", err, out)
		}
		for _, want := range []string{
			`low +3 +2\n`, `medium +1 +0\n`, `high +0 +2\n`, `magic_link +low 20 +high 60 +step_up +new_device 60\n`,
			`magic_link +medium 30 +high 70 +step_up +new_device 60, new_network 10\n`,
		} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("printed:\n%s\nwithout %s", out, want)
			}
		}
		user := regexp.MustCompile(`Z +([0-9a-f-]{36}) `).FindStringSubmatch(out)
		if user == nil {
			t.Fatalf("no user in:\n%s", out)
		}
		if one, err := replay("--user", user[1]); err != nil || !strings.Contains(one, "all       3     3\n") {
			t.Errorf("of one user: %v\n%s", err, one)
		}
		other := write(t, strings.Repeat("x", 32))
		if _, err := composable(t, "risk", "replay", url, "--secret-file", other); err == nil || !strings.Contains(err.Error(), "is the secret key the program's?") {
			t.Errorf("with another key: %v", err)
		}
	})
}

func TestWhatCannotBeReplayedSaysWhy(t *testing.T) {
	t.Parallel()
	key, missing := write(t, secret), filepath.Join(t.TempDir(), "missing")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no database":         {nil, "accepts 1 arg"},
		"another kind":        {[]string{"mysql://x", "--secret-file", key}, "sqlite:PATH or postgres://"},
		"no such file":        {[]string{"sqlite:" + missing, "--secret-file", key}, "no such file"},
		"no key":              {[]string{"sqlite:" + missing, "--secret-file", missing}, "no such file"},
		"no key in the world": {[]string{"sqlite:" + missing}, "SECRET_KEY is missing"},
		"no policy":           {[]string{"sqlite:" + missing, "--policy", missing}, "no such file"},
		"a policy that is none": {
			[]string{"sqlite:" + missing, "--policy", write(t, `{"weight":{}}`), "--secret-file", key},
			`unknown field "weight"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out, err := composable(t, append([]string{"risk", "replay"}, c.args...)...); err == nil || errors.Is(err, changed) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q, %v; want an error that says %q", out, err, c.want)
			}
		})
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a database was made")
	}
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{0: nil, 1: errors.New("no such file"), 2: fmt.Errorf("wrapped: %w", changed)} {
		if got := status(err); got != want {
			t.Errorf("status of %v = %d, want %d", err, got, want)
		}
	}
}
