package authtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Provider is an OpenID provider in this process, for tests of sign-in with one:
//
//	provider := authtest.NewProvider(t)
//	options.Providers = []*oauth.Provider{
//		oauth.OpenID("example", provider.Issuer, provider.ClientID, provider.ClientSecret),
//	}
//	ada := provider.SignIn(t, server.URL, "example", authtest.Person{Subject: "1", Email: "ada@example.com", EmailVerified: true})
//
// It is as strict as a real one: one application, PKCE with S256, each code and refresh
// token once (to use one again ends all that came of it). Its page asks nobody; the
// browser comes back at once. [Provider.Misbehave] has it do wrong.
type Provider struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	TokenLife    time.Duration // of access tokens, in whole seconds; an hour. Set it before the first sign-in

	key, foreign *ecdsa.PrivateKey

	mu        sync.Mutex
	fault     Fault
	person    Person
	people    map[string]Person // by subject
	grants    map[string]*grant // by code, access token and refresh token
	refreshed int
	refused   int
	changed   chan struct{} // closed and replaced with every refresh and revocation
}

// Person is somebody with an account at a [Provider].
type Person struct {
	Subject       string
	Email         string // none when ""
	EmailVerified bool
	Name          string
}

// Fault is something that a [Provider] does wrong.
type Fault string

// Faults.
const (
	WrongNonce    Fault = "wrong nonce"    // the id token repeats another nonce
	WrongAudience Fault = "wrong audience" // the id token is for another application
	WrongIssuer   Fault = "wrong issuer"   // the id token is another provider's
	Expired       Fault = "expired"        // the id token has expired
	ForeignKey    Fault = "foreign key"    // the id token is signed by somebody else
	BareIDToken   Fault = "bare id token"  // only the user-info endpoint tells address and name
	Denies        Fault = "access_denied"  // the person declines
	Fails         Fault = "server_error"   // the page fails
	Down          Fault = "down"           // every request is answered by 503
	KeepsRefresh  Fault = "keeps refresh"  // no new refresh token is handed out
	Withdraws     Fault = "withdraws"      // no refresh token is good any more
)

// grant is what a person allowed, and all that came of it.
type grant struct {
	person                     Person
	nonce, challenge, callback string
	code, refresh              string // that are good now; "" once used
	ended                      bool
}

// NewProvider runs a provider until the test ends.
func NewProvider(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{
		ClientID: "client-1", ClientSecret: "secret-of-client-1", TokenLife: time.Hour,
		key: newKey(t), foreign: newKey(t),
		people: map[string]Person{}, grants: map[string]*grant{}, changed: make(chan struct{}),
	}
	server := httptest.NewServer(p.handler())
	t.Cleanup(server.Close)
	p.Issuer = server.URL
	return p
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// SignedIn says who is signed in at the provider, for browsers that come by themselves.
func (p *Provider) SignedIn(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person, p.people[who.Subject] = who, who
}

// Misbehave has the provider do one thing wrong from now on; "" has it do right.
func (p *Provider) Misbehave(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
}

// Consent goes to the location that an application sends a browser to, as somebody who
// is signed in there and allows what is asked. It returns where the browser is sent back.
func (p *Provider) Consent(ctx context.Context, location string, who Person) (callback string, err error) {
	p.mu.Lock()
	p.people[who.Subject] = who
	p.mu.Unlock()
	response, err := visit(ctx, location+"&person="+url.QueryEscape(who.Subject), http.StatusFound, nil)
	if err != nil {
		return "", err
	}
	return response.Header.Get("Location"), nil
}

// Refreshed blocks until refresh tokens were used n times, and reports how often they
// were; fewer when ctx ends before.
func (p *Provider) Refreshed(ctx context.Context, n int) int {
	p.await(ctx, func() bool { return p.refreshed >= n })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refreshed
}

// Refused blocks until n codes and refresh tokens were refused, and reports how many
// were; fewer when ctx ends before.
func (p *Provider) Refused(ctx context.Context, n int) int {
	p.await(ctx, func() bool { return p.refused >= n })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// Revoked blocks until the grant that the token came of has ended, or ctx ends, which
// it reports as false.
func (p *Provider) Revoked(ctx context.Context, token string) bool {
	return p.await(ctx, func() bool { g := p.grants[token]; return g != nil && g.ended })
}

// Secrets returns every code, token, nonce and challenge that was handed out or shown,
// none of which may be found anywhere else.
func (p *Provider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	secrets := []string{p.ClientSecret}
	for secret, g := range p.grants {
		secrets = append(secrets, secret, g.nonce, g.challenge)
	}
	return secrets
}

func (p *Provider) await(ctx context.Context, done func() bool) bool {
	for {
		p.mu.Lock()
		ok, changed := done(), p.changed
		p.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// change tells those who wait. The caller holds the lock.
func (p *Provider) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}
