package auth_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/store"
)

// works reports whether the provider honours the token.
func works(t *testing.T, p *authtest.Provider, token *oauth2.Token) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Issuer+"/userinfo", nil)
	if err != nil {
		t.Fatal(err)
	}
	token.SetAuthHeader(r)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return errors.Join(response.Body.Close()) == nil && response.StatusCode == http.StatusOK
}

// patient ends what would otherwise wait for ever.
func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestTheTokenOfAProvider(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		b := n[0].browser()
		b.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
		ada := b.user(t)
		for _, s := range n {
			token, err := s.auth.ProviderToken(t.Context(), ada.ID, "example")
			if err != nil || !works(t, p, token) || token.RefreshToken != "" {
				t.Fatalf("the token does not work, or shows how to get others (%v)", err)
			}
		}
		for user, provider := range map[string]string{"nobody": "example", ada.ID: "unknown"} {
			if _, err := n[0].auth.ProviderToken(t.Context(), user, provider); !errors.Is(err, auth.ErrNoProviderToken) {
				t.Errorf("ProviderToken(%s, %s) = %v, want %v", user, provider, err, auth.ErrNoProviderToken)
			}
		}
		token, err := n[0].auth.ProviderToken(t.Context(), ada.ID, "example")
		if err != nil {
			t.Fatal(err)
		}
		b.do(t, http.MethodDelete, "/auth/identities/example", "").want(t, http.StatusNoContent)
		if _, err := n[0].auth.ProviderToken(t.Context(), ada.ID, "example"); !errors.Is(err, auth.ErrNoProviderToken) {
			t.Errorf("after unlinking: %v, want %v", err, auth.ErrNoProviderToken)
		}
		if !p.Revoked(patient(t), token.AccessToken) {
			t.Error("the provider was not told")
		}
	})
}

// TestTokensAreRefreshedOnce has a provider that ends the grant when a refresh token
// comes twice, so that a second refresh of one token leaves none that works.
func TestTokensAreRefreshedOnce(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		p.TokenLife = time.Second
		ada := p.SignIn(t, n[0].url, "example", adaThere).User.ID
		refreshed := p.Refreshed(patient(t), 3)
		for _, s := range n {
			var token *oauth2.Token
			err := error(store.ErrUnavailable)
			for errors.Is(err, store.ErrUnavailable) { // it is being refreshed
				refreshed = p.Refreshed(patient(t), refreshed+1)
				token, err = s.auth.ProviderToken(t.Context(), ada, "example")
			}
			if err != nil || !works(t, p, token) {
				t.Errorf("after %d refreshes no token works (%v)", refreshed, err)
			}
		}
		if refused := p.Refused(t.Context(), 0); refused != 0 {
			t.Errorf("%d refresh tokens were refused, want none", refused)
		}
	})
}

func TestARefreshTokenIsNeverLost(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	s := inMemory(t, knows(p))
	ada := p.SignIn(t, s.url, "example", adaThere).User.ID
	first, err := s.auth.ProviderToken(t.Context(), ada, "example")
	if err != nil {
		t.Fatal(err)
	}
	refresh := func(id store.Key) *oauth2.Token {
		t.Helper()
		if _, err := s.auth.Refresh(t.Context(), auth.RefreshToken{User: ada, Provider: "example"}, id); err != nil {
			t.Fatal(err)
		}
		token, err := s.auth.ProviderToken(t.Context(), ada, "example")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}

	second := refresh("1")
	if second.AccessToken == first.AccessToken || !works(t, p, second) {
		t.Error("the token is not a new one that works")
	}
	if again := refresh("1"); again.AccessToken != second.AccessToken {
		t.Error("an effect that is tried again after it succeeded uses another refresh token up")
	}
	p.Misbehave(authtest.KeepsRefresh)
	if third := refresh("2"); third.AccessToken == second.AccessToken || !works(t, p, third) {
		t.Error("the token is not a new one that works")
	}
	p.SignIn(t, s.url, "example", adaThere) // which brings no refresh token
	if fourth := refresh("3"); !works(t, p, fourth) {
		t.Error("the refresh token is lost, and the new token does not work")
	}

	p.Misbehave(authtest.Down)
	if _, err := s.auth.Refresh(t.Context(), auth.RefreshToken{User: ada, Provider: "example"}, "4"); err == nil {
		t.Error("a provider that is down refreshes")
	}
	p.Misbehave("")
	if fifth := refresh("4"); !works(t, p, fifth) {
		t.Error("the refresh token is lost while the provider was down")
	}
}

func TestATokenThatWasWithdrawn(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	p.TokenLife = time.Second
	s := inMemory(t, knows(p))
	ada := p.SignIn(t, s.url, "example", adaThere).User.ID
	p.Misbehave(authtest.Withdraws)
	p.Refused(patient(t), 1)
	if err := s.rt.Close(t.Context()); err != nil { // waits for what is being done about it
		t.Fatal(err)
	}
	if _, err := s.auth.ProviderToken(t.Context(), ada, "example"); !errors.Is(err, auth.ErrNoProviderToken) {
		t.Errorf("ProviderToken() = %v, want %v", err, auth.ErrNoProviderToken)
	}
}

// meanwhile is a log that lets something happen after the row of a token was read.
type meanwhile struct {
	eventlog.Backend
	happens atomic.Pointer[func()] // once
}

func (m *meanwhile) Row(ctx context.Context, kind, key string, at time.Time) (eventlog.Row, bool, error) {
	row, ok, err := m.Backend.Row(ctx, kind, key, at)
	if kind == "provider_token" {
		if happens := m.happens.Swap(nil); happens != nil {
			(*happens)()
		}
	}
	return row, ok, err
}

func TestWhatHappensWhileATokenIsRefreshed(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	log := &meanwhile{Backend: memory.New()}
	s := start(t, log, knows(p))
	ada := p.SignIn(t, s.url, "example", adaThere)
	refresh := func(id store.Key, meanwhile func()) (*oauth2.Token, error) {
		t.Helper()
		log.happens.Store(&meanwhile)
		if _, err := s.auth.Refresh(t.Context(), auth.RefreshToken{User: ada.User.ID, Provider: "example"}, id); err != nil {
			t.Fatal(err)
		}
		return s.auth.ProviderToken(t.Context(), ada.User.ID, "example")
	}

	if token, err := refresh("1", func() { p.SignIn(t, s.url, "example", adaThere) }); err != nil || !works(t, p, token) {
		t.Errorf("after a sign-in no token works (%v)", err)
	}
	p.Misbehave(authtest.KeepsRefresh)
	signIn := func() {
		p.SignIn(t, s.url, "example", adaThere) // keeps the refresh token that is in use
		p.Misbehave("")
	}
	if token, err := refresh("2", signIn); err != nil || !works(t, p, token) {
		t.Errorf("after a sign-in without a refresh token no token works (%v)", err)
	}
	if token, err := refresh("3", func() {}); err != nil || !works(t, p, token) || p.Refused(t.Context(), 0) != 0 {
		t.Errorf("after that it was lost (%v)", err)
	}
	unlink := func() {
		s.do(t, http.MethodDelete, "/auth/identities/example", "", ada.Authorize).want(t, http.StatusNoContent)
	}
	if _, err := refresh("4", unlink); !errors.Is(err, auth.ErrNoProviderToken) {
		t.Errorf("after unlinking: %v, want %v", err, auth.ErrNoProviderToken)
	}
}

func TestTokensOutliveTheKeyThatSealedThem(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	file := filepath.Join(t.TempDir(), "app.db")
	old, young := bytes.Repeat([]byte("o"), 32), bytes.Repeat([]byte("y"), 32)
	ada := ""
	for i, c := range []struct {
		key    []byte
		former [][]byte
		works  bool
	}{
		{old, nil, true},
		{young, [][]byte{old}, true},
		{young, nil, false}, // as the former one is needed for what was not refreshed since
	} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			log, err := sqlite.Open(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, log, knows(p), func(o *auth.Options) { o.SecretKey, o.FormerKeys = c.key, c.former })
			if ada == "" {
				ada = p.SignIn(t, s.url, "example", adaThere).User.ID
			}
			if token, err := s.auth.ProviderToken(t.Context(), ada, "example"); (err == nil) != c.works || c.works && !works(t, p, token) {
				t.Errorf("the token works: %t, want %t (%v)", err == nil, c.works, err)
			}
		})
	}
}
