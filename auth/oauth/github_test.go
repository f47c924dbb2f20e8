package oauth

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
)

// octocat is the part of GitHub that sign-in talks to.
type octocat struct {
	addresses []gitHubAddress
	verifier  string
	revoked   string // the body of the revocation
}

func (o *octocat) routes(t *testing.T) http.Handler {
	r := chi.NewRouter()
	r.Post("/login/oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		o.verifier = r.PostFormValue("code_verifier")
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
		answer := url.Values{"access_token": {"gho_1"}, "token_type": {"bearer"}}
		if r.PostFormValue("code") != "good" || r.PostFormValue("client_secret") != "secret" {
			answer = url.Values{"error": {"bad_verification_code"}} // with status 200
		}
		_, _ = w.Write([]byte(answer.Encode()))
	})
	api := func(v any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer gho_1" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			if err := json.NewEncoder(w).Encode(v); err != nil {
				t.Error(err)
			}
		}
	}
	r.Get("/user", api(map[string]any{"id": 583231, "login": "octocat", "name": "Mona", "email": "public@example.com"}))
	r.Get("/user/emails", func(w http.ResponseWriter, r *http.Request) { api(o.addresses)(w, r) })
	r.Delete("/applications/id/grant", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		var body struct {
			Token string `json:"access_token"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		o.revoked = id + ":" + secret + ":" + body.Token
		w.WriteHeader(http.StatusNoContent)
	})
	return r
}

func startGitHub(t *testing.T, addresses ...gitHubAddress) (*octocat, *Provider) {
	t.Helper()
	o := &octocat{addresses: addresses}
	server := httptest.NewServer(o.routes(t))
	t.Cleanup(server.Close)
	p := GitHub("id", "secret")
	p.protocol = gitHub{site: server.URL, api: server.URL}
	return o, p
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		addresses []gitHubAddress
		email     string
		verified  bool
	}{
		"the primary one counts": {[]gitHubAddress{{"old@example.com", false, true}, {"mona@example.com", true, true}}, "mona@example.com", true},
		"unverified":             {[]gitHubAddress{{"old@example.com", false, true}, {"mona@example.com", true, false}}, "mona@example.com", false},
		"none is primary":        {[]gitHubAddress{{"old@example.com", false, true}}, "", false},
		"none":                   {nil, "", false},
	} {
		o, p := startGitHub(t, c.addresses...)
		location, attempt, err := p.Begin(t.Context(), "https://box.example/callback")
		if err != nil || !strings.Contains(location, "code_challenge_method=S256") || !strings.Contains(location, "user%3Aemail") {
			t.Fatalf("%s: location %s (%v)", name, location, err)
		}
		got, token, err := p.Complete(t.Context(), attempt, url.Values{"state": {attempt.State}, "code": {"good"}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := Identity{
			Provider: "github", Issuer: p.protocol.(gitHub).site, Subject: "583231",
			Email: c.email, EmailVerified: c.verified, Name: "Mona",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: identity (-want +got):\n%s", name, diff)
		}
		if o.verifier != attempt.Verifier {
			t.Errorf("%s: the verifier was not sent", name)
		}
		if err := p.Revoke(t.Context(), token); err != nil || o.revoked != "id:secret:gho_1" {
			t.Errorf("%s: revoked %q (%v)", name, o.revoked, err)
		}
	}
}

func TestGitHubRefuses(t *testing.T) {
	t.Parallel()
	_, p := startGitHub(t)
	_, attempt, err := p.Begin(t.Context(), "https://box.example/callback")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Complete(t.Context(), attempt, url.Values{"state": {attempt.State}, "code": {"used"}}); !errors.Is(err, ErrGrant) {
		t.Errorf("Complete() = %v, want %v", err, ErrGrant)
	}
	if _, err := p.protocol.identify(t.Context(), "id", &oauth2.Token{AccessToken: "x"}, ""); !errors.Is(err, ErrMisconfigured) {
		t.Errorf("identify() with another token = %v, want %v", err, ErrMisconfigured)
	}
}

// TestGoogleIsAskedForARefreshToken looks at what would be sent, as Google cannot be
// reached from a test.
func TestGoogleIsAskedForARefreshToken(t *testing.T) {
	t.Parallel()
	p := Google("id", "secret")
	o := p.protocol.(*openID)
	o.found = &discovery{endpoints: endpoints{Endpoint: oauth2.Endpoint{AuthURL: "https://accounts.google.com/o/oauth2/v2/auth"}, extra: o.extra}}
	location, _, err := p.Begin(t.Context(), "https://box.example/callback")
	if err != nil || !strings.Contains(location, "access_type=offline") {
		t.Errorf("location %s (%v)", location, err)
	}
}
