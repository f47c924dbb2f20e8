package auth_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
)

// ada is how she is known at the provider.
var adaThere = authtest.Person{Subject: "248289761001", Email: "Ada@Example.com", EmailVerified: true, Name: "Ada Lovelace"}

// knows has a site sign people in with the provider, as "example".
func knows(p *authtest.Provider) func(*auth.Options) {
	return func(o *auth.Options) {
		o.Providers = []*oauth.Provider{oauth.OpenID("example", p.Issuer, p.ClientID, p.ClientSecret)}
	}
}

// withProvider runs a test on SQLite, and on two nodes on Postgres.
func withProvider(t *testing.T, test func(t *testing.T, p *authtest.Provider, n nodes), change ...func(*auth.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "app.db"))
		if err != nil {
			t.Fatal(err)
		}
		p := authtest.NewProvider(t)
		test(t, p, nodes{start(t, log, append(change, knows(p))...)})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		p := authtest.NewProvider(t)
		test(t, p, twoNodes(t, pgtest.URL(t), append(change, knows(p))...))
	})
}

func twoNodes(t *testing.T, url string, change ...func(*auth.Options)) (n nodes) {
	t.Helper()
	box := authtest.NewMailbox()
	for range 2 {
		var log eventlog.Backend
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, log, append(change, func(o *auth.Options) { o.Sender = box })...)
		s.box = box
		n = append(n, s)
	}
	return n
}

// browser keeps cookies.
type browser struct {
	*site
	cookies map[string]string
}

func (s *site) browser() *browser { return &browser{s, map[string]string{}} }

func (b *browser) do(t *testing.T, method, path, body string, change ...func(*http.Request)) answer {
	t.Helper()
	got := b.site.do(t, method, path, body, append(change, func(r *http.Request) {
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	})...)
	for _, cookie := range got.Cookies() {
		b.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
	}
	return got
}

// authorize begins to sign in and returns where the provider is.
func (b *browser) authorize(t *testing.T, redirectTo string) (location string) {
	t.Helper()
	path := "/auth/oauth/example/authorize?redirect_to=" + url.QueryEscape(redirectTo)
	return b.do(t, http.MethodGet, path, "").want(t, http.StatusFound).Header.Get("Location")
}

// consent goes to the provider and returns with the callback's path.
func consent(t *testing.T, p *authtest.Provider, location string, who authtest.Person) (callback string) {
	t.Helper()
	back, err := p.Consent(t.Context(), location, who)
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(back, "http://box.test")
	if !ok {
		t.Fatalf("the provider sends the browser to %s", back)
	}
	return path
}

// signIn goes all the way.
func (b *browser) signIn(t *testing.T, p *authtest.Provider, who authtest.Person) answer {
	t.Helper()
	return b.do(t, http.MethodGet, consent(t, p, b.authorize(t, "/tickets"), who), "")
}

// user is who the browser is signed in as; nobody when the id is "".
func (b *browser) user(t *testing.T) authtest.User {
	t.Helper()
	var session *authtest.Session
	b.do(t, http.MethodGet, "/auth/session", "").want(t, http.StatusOK).decode(t, &session)
	if session == nil {
		return authtest.User{}
	}
	return session.User
}

// signInByMail signs the browser in by a link.
func (b *browser) signInByMail(t *testing.T, address string) authtest.User {
	t.Helper()
	session := authtest.SignIn(t, b.url, b.box, address)
	b.cookies["session"] = session.Token
	return session.User
}

// page checks an answer that is for people.
func (a answer) page(t *testing.T, status int, says string) answer {
	t.Helper()
	a.want(t, status)
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.Contains(a.body, says) {
		t.Errorf("%s %s answers %s, want a page that says %q: %s", a.Request.Method, a.Request.URL.Path, a.Header.Get("Content-Type"), says, a.body)
	}
	return a
}
