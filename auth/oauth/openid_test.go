package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/oauth"
)

const callback = "https://box.example/auth/oauth/example/callback"

var ada = authtest.Person{Subject: "248289761001", Email: "ada@example.com", EmailVerified: true, Name: "Ada Lovelace"}

func start(t *testing.T) (*authtest.Provider, *oauth.Provider) {
	t.Helper()
	server := authtest.NewProvider(t)
	return server, oauth.OpenID("example", server.Issuer, server.ClientID, server.ClientSecret)
}

// consent begins an attempt and returns the answer that the browser comes back with.
func consent(t *testing.T, server *authtest.Provider, p *oauth.Provider, who authtest.Person) (oauth.Attempt, url.Values) {
	t.Helper()
	location, attempt, err := p.Begin(t.Context(), callback)
	if err != nil {
		t.Fatal(err)
	}
	back, err := server.Consent(t.Context(), location, who)
	if err != nil {
		t.Fatal(err)
	}
	address, query, _ := strings.Cut(back, "?")
	answer, err := url.ParseQuery(query)
	if err != nil || address != callback {
		t.Fatalf("the browser is sent back to %s (%v), want %s", back, err, callback)
	}
	return attempt, answer
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	for name, c := range map[string]struct {
		fault authtest.Fault
		who   authtest.Person
	}{
		"verified":                {"", ada},
		"unverified":              {"", authtest.Person{Subject: "2", Email: "eve@example.com"}},
		"no address":              {"", authtest.Person{Subject: "3", EmailVerified: true}},
		"told by user info alone": {authtest.BareIDToken, ada},
	} {
		server.Misbehave(c.fault)
		attempt, answer := consent(t, server, p, c.who)
		got, token, err := p.Complete(t.Context(), attempt, answer)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := oauth.Identity{
			Provider: "example", Issuer: server.Issuer, Subject: c.who.Subject,
			Email: c.who.Email, EmailVerified: c.who.EmailVerified && c.who.Email != "", Name: c.who.Name,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: identity (-want +got):\n%s", name, diff)
		}
		if !token.Valid() || token.RefreshToken == "" {
			t.Errorf("%s: the tokens are not all there", name)
		}
	}
}

func TestWhatIsNotRightIsRefused(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	type change func(*oauth.Attempt, url.Values)
	set := func(name, value string) change {
		return func(_ *oauth.Attempt, answer url.Values) { answer.Set(name, value) }
	}
	for name, c := range map[string]struct {
		fault  authtest.Fault
		change change
		want   error
	}{
		"wrong nonce":       {authtest.WrongNonce, nil, oauth.ErrUntrusted},
		"wrong audience":    {authtest.WrongAudience, nil, oauth.ErrUntrusted},
		"wrong issuer":      {authtest.WrongIssuer, nil, oauth.ErrUntrusted},
		"expired":           {authtest.Expired, nil, oauth.ErrUntrusted},
		"foreign key":       {authtest.ForeignKey, nil, oauth.ErrUntrusted},
		"declined":          {authtest.Denies, nil, oauth.ErrDenied},
		"failed":            {authtest.Fails, nil, oauth.ErrUnreachable},
		"no nonce expected": {"", func(a *oauth.Attempt, _ url.Values) { a.Nonce = "" }, oauth.ErrUntrusted},
		"another verifier":  {"", func(a *oauth.Attempt, _ url.Values) { a.Verifier = oauth2.GenerateVerifier() }, oauth.ErrGrant},
		"another callback":  {"", func(a *oauth.Attempt, _ url.Values) { a.Callback += "2" }, oauth.ErrGrant},
		"another state":     {"", set("state", "x"), oauth.ErrUntrusted},
		"no state":          {"", func(a *oauth.Attempt, v url.Values) { a.State = ""; v.Del("state") }, oauth.ErrUntrusted},
		"unknown code":      {"", set("code", "x"), oauth.ErrGrant},
		"no code":           {"", set("code", ""), oauth.ErrUntrusted},
		"another provider":  {"", set("iss", "https://another.example"), oauth.ErrUntrusted},
		"unknown error":     {"", set("error", "<b>canary</b>"), oauth.ErrMisconfigured},
	} {
		server.Misbehave(c.fault)
		attempt, answer := consent(t, server, p, ada)
		if c.change != nil {
			c.change(&attempt, answer)
		}
		_, _, err := p.Complete(t.Context(), attempt, answer)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if code := answer.Get("code"); err != nil && len(code) > 1 && strings.Contains(err.Error(), code) {
			t.Errorf("%s: the error holds the code: %v", name, err)
		}
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	attempt, answer := consent(t, server, p, ada)
	if _, _, err := p.Complete(t.Context(), attempt, answer); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Complete(t.Context(), attempt, answer); !errors.Is(err, oauth.ErrGrant) {
		t.Errorf("the second time: %v, want %v", err, oauth.ErrGrant)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	attempt, answer := consent(t, server, p, ada)
	_, token, err := p.Complete(t.Context(), attempt, answer)
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := p.Refresh(t.Context(), token)
	if err != nil || rotated.RefreshToken == token.RefreshToken || rotated.AccessToken == token.AccessToken {
		t.Fatalf("the tokens are not new ones (%v)", err)
	}
	server.Misbehave(authtest.KeepsRefresh)
	kept, err := p.Refresh(t.Context(), rotated)
	if err != nil || kept.RefreshToken != rotated.RefreshToken {
		t.Fatalf("the refresh token is lost (%v)", err)
	}
	server.Misbehave(authtest.Down)
	if _, err := p.Refresh(t.Context(), kept); !errors.Is(err, oauth.ErrUnreachable) {
		t.Errorf("from a provider that is down: %v, want %v", err, oauth.ErrUnreachable)
	}
	server.Misbehave(authtest.Withdraws)
	if _, err := p.Refresh(t.Context(), kept); !errors.Is(err, oauth.ErrGrant) {
		t.Errorf("once withdrawn: %v, want %v", err, oauth.ErrGrant)
	}
	stranger := oauth.OpenID("example", server.Issuer, server.ClientID, "another secret")
	if _, err := stranger.Refresh(t.Context(), kept); !errors.Is(err, oauth.ErrMisconfigured) {
		t.Errorf("with another secret: %v, want %v", err, oauth.ErrMisconfigured)
	}
	if _, err := p.Refresh(t.Context(), &oauth2.Token{AccessToken: "x"}); !errors.Is(err, oauth.ErrGrant) {
		t.Errorf("without a refresh token: %v, want %v", err, oauth.ErrGrant)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	attempt, answer := consent(t, server, p, ada)
	_, token, err := p.Complete(t.Context(), attempt, answer)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Revoke(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Refresh(t.Context(), token); !errors.Is(err, oauth.ErrGrant) {
		t.Errorf("refreshing afterwards: %v, want %v", err, oauth.ErrGrant)
	}
}

func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	server, p := start(t)
	server.Misbehave(authtest.Down)
	if _, _, err := p.Begin(t.Context(), callback); !errors.Is(err, oauth.ErrUnreachable) {
		t.Fatalf("Begin() = %v, want %v", err, oauth.ErrUnreachable)
	}
	server.Misbehave("")
	if _, _, err := p.Begin(t.Context(), callback); err != nil {
		t.Errorf("once it is back: %v", err)
	}
}

func TestACrowdAsksAProviderThatIsAwayOnce(t *testing.T) {
	t.Parallel()
	const crowd = 20
	var asked atomic.Int32
	waiting := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		<-waiting
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer server.Close()
	p := oauth.OpenID("example", server.URL, "id", "secret")
	var all, began sync.WaitGroup
	began.Add(crowd)
	for range crowd {
		all.Go(func() {
			began.Done()
			if _, _, err := p.Begin(t.Context(), callback); !errors.Is(err, oauth.ErrUnreachable) {
				t.Errorf("Begin() = %v, want %v", err, oauth.ErrUnreachable)
			}
		})
	}
	began.Wait()
	close(waiting)
	all.Wait()
	if n := asked.Load(); n > 6 { // 3 tries; those who came late may have caused another 3
		t.Errorf("asked %d times", n)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range 64 { // more than fits between the two
			if _, err := w.Write(chunk); err != nil {
				return // the client has had enough
			}
		}
		t.Error("the client reads all of a document of 64 MiB")
	}))
	defer server.Close()
	p := oauth.OpenID("example", server.URL, "id", "secret")
	if _, _, err := p.Begin(t.Context(), callback); !errors.Is(err, oauth.ErrUnreachable) {
		t.Errorf("Begin() = %v, want %v", err, oauth.ErrUnreachable)
	}
}

func TestCancellation(t *testing.T) {
	t.Parallel()
	reached, leave := make(chan struct{}, 3), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		reached <- struct{}{}
		<-leave
	}))
	defer server.Close()
	defer close(leave)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	p := oauth.OpenID("example", server.URL, "id", "secret")
	if _, _, err := p.Begin(ctx, callback); !errors.Is(err, context.Canceled) {
		t.Errorf("Begin() = %v, want %v", err, context.Canceled)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		p    *oauth.Provider
		want string // "" when it is right
	}{
		"google":          {oauth.Google("id", "secret"), ""},
		"github":          {oauth.GitHub("id", "secret"), ""},
		"generic":         {oauth.OpenID("acme-sso", "https://login.acme.example/", "id", "secret"), ""},
		"on this machine": {oauth.OpenID("acme", "http://localhost:9000", "id", "secret"), ""},
		"bad name":        {oauth.OpenID("Acme SSO", "https://login.acme.example", "id", "secret"), "lower-case letters"},
		"no id":           {oauth.Google("", "secret"), "client id"},
		"no secret":       {oauth.GitHub("id", ""), "client secret"},
		"no issuer":       {oauth.OpenID("acme", "", "id", "secret"), "issuer"},
		"without TLS":     {oauth.OpenID("acme", "http://login.acme.example", "id", "secret"), "https://"},
	} {
		err := c.p.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
