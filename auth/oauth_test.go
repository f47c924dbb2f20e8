package auth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

func TestSignInWithAProviderIsSignUp(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		b := n[0].browser()
		in := b.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
		if to := in.Header.Get("Location"); to != "/tickets" {
			t.Errorf("redirected to %s, want /tickets", to)
		}
		ada := b.user(t)
		want := authtest.User{ID: ada.ID, Email: "ada@example.com", Name: "Ada Lovelace", Roles: []string{"customer"}}
		if diff := cmp.Diff(want, ada); ada.ID == "" || diff != "" {
			t.Fatalf("user (-want +got):\n%s", diff)
		}
		if again := p.SignIn(t, n[len(n)-1].url, "example", adaThere); again.User.ID != ada.ID || again.Token == "" {
			t.Errorf("the second time it is %+v", again)
		}
		if mailed := authtest.SignIn(t, n[0].url, n[0].box, "ada@example.com"); mailed.User.ID != ada.ID {
			t.Error("the address, which was proved, signs in somebody else")
		}
		if got := count(n[0].events(t), "UserRegistered"); got != 1 {
			t.Errorf("%d users registered, want 1", got)
		}
	})
}

func TestTheAccountIsWhoItIsNotItsAddress(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		ada := p.SignIn(t, n[0].url, "example", adaThere)
		moved := adaThere
		moved.Email = "countess@example.com"
		if same := p.SignIn(t, n[0].url, "example", moved); same.User.ID != ada.User.ID || same.User.Email != "ada@example.com" {
			t.Errorf("the same subject with another address is %+v, want %+v", same.User, ada.User)
		}
		other := adaThere
		other.Subject = "2"
		b := n[0].browser()
		b.signIn(t, p, other).page(t, http.StatusOK, "Look at your mail")
		if b.user(t).ID != "" {
			t.Errorf("another subject with the same address is let in as %+v", b.user(t))
		}
		// Even if its owner confirms: the user has an account there already.
		b.confirm(t, "ada@example.com").page(t, http.StatusConflict, "Another account")
		if b.user(t).ID != "" {
			t.Errorf("another subject with the same address is let in as %+v", b.user(t))
		}
	})
}

func TestWithoutAnAddress(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	s := inMemory(t, knows(p))
	for _, address := range []string{"", "not an address"} {
		who := authtest.Person{Subject: "1", Email: address, EmailVerified: true}
		s.browser().signIn(t, p, who).page(t, http.StatusUnprocessableEntity, "did not tell your e-mail address")
	}
}

func TestWhatGoesWrongAtAProvider(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		for fault, c := range map[authtest.Fault]struct {
			status int
			says   string
		}{
			authtest.WrongNonce:    {http.StatusBadRequest, "cannot be trusted"},
			authtest.WrongAudience: {http.StatusBadRequest, "cannot be trusted"},
			authtest.WrongIssuer:   {http.StatusBadRequest, "cannot be trusted"},
			authtest.Expired:       {http.StatusBadRequest, "cannot be trusted"},
			authtest.ForeignKey:    {http.StatusBadRequest, "cannot be trusted"},
			authtest.Denies:        {http.StatusForbidden, "nothing has happened"},
			authtest.Fails:         {http.StatusServiceUnavailable, "Example does not answer"},
		} {
			p.Misbehave(fault)
			b := n[0].browser()
			got := b.signIn(t, p, adaThere).page(t, c.status, c.says)
			if b.cookies["session"] != "" || b.user(t).ID != "" {
				t.Errorf("%s: somebody is signed in", fault)
			}
			for _, secret := range []string{p.ClientSecret, "nonce", "audience", p.Issuer} {
				if strings.Contains(got.body, secret) {
					t.Errorf("%s: the page tells %q: %s", fault, secret, got.body)
				}
			}
		}
		p.Misbehave("")
		b := n[0].browser()
		back := consent(t, p, b.authorize(t, "/"), adaThere)
		p.Misbehave(authtest.Down)
		b.do(t, http.MethodGet, back, "").page(t, http.StatusServiceUnavailable, "does not answer")
		if names := n[0].events(t); len(names) != 0 {
			t.Errorf("events = %v, want none", names)
		}
	})
}

func TestAnAnswerBelongsToOneBrowserAndOneUse(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		ada, eve := n[0].browser(), n[len(n)-1].browser()
		back := consent(t, p, ada.authorize(t, "/"), adaThere)
		eve.do(t, http.MethodGet, back, "").page(t, http.StatusForbidden, "in this browser")
		eve.authorize(t, "/")
		eve.do(t, http.MethodGet, back, "").page(t, http.StatusForbidden, "in this browser")

		ada.do(t, http.MethodGet, back, "").want(t, http.StatusSeeOther)
		ada.do(t, http.MethodGet, back, "").page(t, http.StatusBadRequest, "completed already")
		ada.do(t, http.MethodGet, "/auth/oauth/example/callback?state=x&code=x", "").page(t, http.StatusBadRequest, "completed already")
		ada.do(t, http.MethodGet, "/auth/oauth/example/callback", "").page(t, http.StatusBadRequest, "completed already")

		back = consent(t, p, ada.authorize(t, "/"), adaThere)
		declined := url.Values{"state": {query(t, back).Get("state")}, "error": {"access_denied"}}
		ada.do(t, http.MethodGet, "/auth/oauth/example/callback?"+declined.Encode(), "").page(t, http.StatusForbidden, "declined")
		ada.do(t, http.MethodGet, back, "").page(t, http.StatusBadRequest, "completed already")

		// Eve has somebody's code, used or not, come to an attempt of her own.
		used := query(t, back).Get("code")
		unused := query(t, consent(t, p, ada.authorize(t, "/"), adaThere)).Get("code")
		for name, code := range map[string]string{"used": used, "unused, without its verifier": unused} {
			own := query(t, eve.authorize(t, "/"))
			answer := url.Values{"state": {own.Get("state")}, "code": {code}}
			eve.do(t, http.MethodGet, "/auth/oauth/example/callback?"+answer.Encode(), "").page(t, http.StatusBadRequest, "completed already")
			if eve.user(t).ID != "" {
				t.Errorf("a code that is %s lets in", name)
			}
		}
	})
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestTwoTabsOfOneBrowser(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	b := inMemory(t, knows(p)).browser()
	first, second := b.authorize(t, "/first"), b.authorize(t, "/second")
	for location, target := range map[string]string{first: "/first", second: "/second"} {
		in := b.do(t, http.MethodGet, consent(t, p, location, adaThere), "").want(t, http.StatusSeeOther)
		if to := in.Header.Get("Location"); to != target {
			t.Errorf("redirected to %s, want %s", to, target)
		}
	}
}

func TestAHundredCallbacksOfOneNewAccount(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		const times = 100
		users := make([]string, times)
		at(times, func(i int) {
			session, err := p.TrySignIn(t.Context(), n[i%len(n)].url, "example", adaThere)
			if err != nil {
				t.Error(err)
			}
			users[i] = session.User.ID
		})
		for _, id := range users {
			if id != users[0] {
				t.Fatalf("the account belongs to the users %s and %s", users[0], id)
			}
		}
		names := n[0].events(t)
		if users, links, sessions := count(names, "UserRegistered"), count(names, "IdentityLinked"), count(names, "SessionStarted"); users != 1 || links != 1 || sessions != times {
			t.Errorf("%d users, %d links and %d sessions; want 1, 1 and %d", users, links, sessions, times)
		}
	})
}

func TestProvidersAreListed(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	for want, s := range map[string]*site{
		`{"items":[{"name":"example","title":"Example"}]}`: inMemory(t, knows(p)),
		`{"items":[]}`: inMemory(t),
	} {
		if got := s.do(t, http.MethodGet, "/auth/providers", "").want(t, http.StatusOK).body; got != want {
			t.Errorf("providers = %s, want %s", got, want)
		}
	}
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	p.Misbehave(authtest.Down) // which stops no start
	s := inMemory(t, knows(p))
	down := s.do(t, http.MethodGet, "/auth/oauth/example/authorize", "").page(t, http.StatusServiceUnavailable, "does not answer")
	if down.Header.Get("Retry-After") == "" {
		t.Error("the answer does not say when to try again")
	}
	p.Misbehave("")
	s.do(t, http.MethodGet, "/auth/oauth/unknown/authorize", "").refused(t, http.StatusNotFound, "not_found")
	for _, target := range []string{"https://evil.example", "//evil.example", `/\evil.example`} {
		s.do(t, http.MethodGet, "/auth/oauth/example/authorize?redirect_to="+url.QueryEscape(target), "").refused(t, http.StatusUnprocessableEntity, "invalid")
	}
	sent := s.do(t, http.MethodGet, "/auth/oauth/example/authorize", "").want(t, http.StatusFound)
	q := query(t, sent.Header.Get("Location"))
	if q.Get("redirect_uri") != "http://box.test/auth/oauth/example/callback" || q.Get("code_challenge_method") != "S256" ||
		len(q.Get("state")) < 43 || len(q.Get("nonce")) < 43 || len(q.Get("code_challenge")) < 43 || q.Get("state") == q.Get("nonce") {
		t.Errorf("the provider is asked %v", q)
	}
}

func TestTheCookieOfACeremony(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	for base, want := range map[string]http.Cookie{
		"http://box.test":  {Name: "oauth", Path: "/", HttpOnly: true, MaxAge: 1500, SameSite: http.SameSiteLaxMode},
		"https://box.test": {Name: "__Host-oauth", Path: "/", HttpOnly: true, MaxAge: 1500, SameSite: http.SameSiteLaxMode, Secure: true},
	} {
		s := inMemory(t, knows(p), func(o *auth.Options) { o.BaseURL = base })
		got := *s.do(t, http.MethodGet, "/auth/oauth/example/authorize", "").want(t, http.StatusFound).Cookies()[0]
		want.Value, got.Raw = got.Value, ""
		if diff := cmp.Diff(want, got); diff != "" || len(got.Value) != 43 {
			t.Errorf("cookie (-want +got):\n%s", diff)
		}
	}
}

func TestASignInThatIsRefusedIsExplained(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	s := inMemory(t, knows(p), func(o *auth.Options) { o.Risk.Weights.NewDevice = 100 })
	known := s.browser()
	known.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
	known.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
	other := s.browser()
	other.signIn(t, p, adaThere).page(t, http.StatusForbidden, "does not look like you")
	if other.user(t).ID != "" {
		t.Error("who is refused is signed in")
	}
}
