package oauth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/oauth2"
)

// Identity is who a provider says somebody is.
type Identity struct {
	Provider string // its name here
	Issuer   string
	Subject  string // with Issuer: who this is, whatever else changes

	Email         string // "" when the provider does not tell
	EmailVerified bool   // the provider vouches that the address is theirs
	Name          string
}

// Provider is asked who somebody is. It is safe for concurrent use once its exported
// fields are set.
type Provider struct {
	Name   string   // in addresses and settings: lower-case letters, digits and hyphens
	Title  string   // for people: "Google"
	Scopes []string // to ask for beside what tells who somebody is

	id, secret string
	protocol   protocol
}

// protocol is where providers differ.
type protocol interface {
	check() error
	endpoints(ctx context.Context) (endpoints, error)
	identify(ctx context.Context, clientID string, token *oauth2.Token, nonce string) (Identity, error)
	revoke(ctx context.Context, clientID, secret string, token *oauth2.Token) error
}

type endpoints struct {
	oauth2.Endpoint
	scopes []string
	extra  []oauth2.AuthCodeOption
}

// Google is Google's OpenID provider.
func Google(clientID, clientSecret string) *Provider {
	// Without it Google hands out no refresh token.
	offline := oauth2.SetAuthURLParam("access_type", "offline")
	p := OpenID("google", "https://accounts.google.com", clientID, clientSecret)
	p.protocol = newOpenID("https://accounts.google.com", offline)
	return p
}

// OpenID is any provider that has a discovery document below its issuer, which is an
// https address, or http on this machine.
func OpenID(name, issuer, clientID, clientSecret string) *Provider {
	title := name
	if name != "" {
		title = strings.ToUpper(name[:1]) + name[1:]
	}
	return &Provider{Name: name, Title: title, id: clientID, secret: clientSecret, protocol: newOpenID(issuer)}
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// Check reports what is missing or unusable, and the remedy. It asks nobody.
func (p *Provider) Check() error {
	switch {
	case !validName.MatchString(p.Name):
		return fmt.Errorf("the name of the provider is %q; it must have lower-case letters, digits and hyphens only, at most 32", p.Name)
	case p.id == "" || p.secret == "":
		return fmt.Errorf("the provider %s lacks its client id or client secret; register this application there and set both", p.Name)
	}
	if err := p.protocol.check(); err != nil {
		return fmt.Errorf("the provider %s: %w", p.Name, err)
	}
	return nil
}

// Attempt is what must be kept between [Provider.Begin] and [Provider.Complete], for
// one browser and one use, out of everybody's sight.
type Attempt struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Callback string `json:"callback"`
}

// Begin returns where to send a browser, which comes back to the callback with the
// attempt's state. The error is [ErrUnreachable] or [ErrUntrusted].
func (p *Provider) Begin(ctx context.Context, callback string) (location string, a Attempt, err error) {
	e, err := p.protocol.endpoints(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{ // GenerateVerifier is 256 random bits
		State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), Callback: callback,
	}
	options := append([]oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("nonce", a.Nonce),
	}, e.extra...)
	return p.config(e, callback).AuthCodeURL(a.State, options...), a, nil
}

// Complete makes an identity, and the provider's tokens, of what a browser came back
// with. The error is one of this package's.
func (p *Provider) Complete(ctx context.Context, a Attempt, answer url.Values) (Identity, *oauth2.Token, error) {
	if a.State == "" || subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(a.State)) != 1 {
		return Identity{}, nil, fmt.Errorf("%w: the state is another one", ErrUntrusted)
	}
	if code := answer.Get("error"); code != "" {
		return Identity{}, nil, denial(code)
	}
	if answer.Get("code") == "" {
		return Identity{}, nil, fmt.Errorf("%w: it has neither a code nor an error", ErrUntrusted)
	}
	e, err := p.protocol.endpoints(ctx)
	if err != nil {
		return Identity{}, nil, err
	}
	token, err := p.config(e, a.Callback).Exchange(withClient(ctx), answer.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, nil, tokenError(err)
	}
	identity, err := p.protocol.identify(ctx, p.id, token, a.Nonce)
	identity.Provider = p.Name
	// RFC 9207: a provider that names itself must be the one that was asked.
	if issuer := answer.Get("iss"); err == nil && issuer != "" && issuer != identity.Issuer {
		err = fmt.Errorf("%w: it came from another provider", ErrUntrusted)
	}
	return identity, token, err
}

// Refresh trades a refresh token for new tokens. A provider that sends no new refresh
// token keeps to the old one. [ErrGrant] means that there is no use in trying again.
func (p *Provider) Refresh(ctx context.Context, old *oauth2.Token) (*oauth2.Token, error) {
	if old.RefreshToken == "" {
		return nil, fmt.Errorf("%w: there is no refresh token", ErrGrant)
	}
	e, err := p.protocol.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	fresh, err := p.config(e, "").TokenSource(withClient(ctx), &oauth2.Token{RefreshToken: old.RefreshToken}).Token()
	if err != nil {
		return nil, tokenError(err)
	}
	return fresh, nil
}

// Revoke has the provider forget the tokens, where it offers that.
func (p *Provider) Revoke(ctx context.Context, token *oauth2.Token) error {
	return p.protocol.revoke(ctx, p.id, p.secret, token)
}

func (p *Provider) config(e endpoints, callback string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.id, ClientSecret: p.secret, Endpoint: e.Endpoint,
		RedirectURL: callback, Scopes: append(e.scopes, p.Scopes...),
	}
}

// checkAddress holds providers to TLS; only those on this machine do without.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%q is no address", address)
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return fmt.Errorf("%q must begin with https://", address)
	}
	if u.User != nil || u.Fragment != "" {
		return errors.New("an address of a provider has neither user nor fragment")
	}
	return nil
}
