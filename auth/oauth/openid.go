package oauth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// openID is a provider that is described by its discovery document.
type openID struct {
	issuer string
	extra  []oauth2.AuthCodeOption

	turn     chan struct{} // holds one; whoever takes it out may use the rest
	found    *discovery
	failed   error
	failedAt time.Time
}

type discovery struct {
	provider   *oidc.Provider
	endpoints  endpoints
	revocation string
}

func newOpenID(issuer string, extra ...oauth2.AuthCodeOption) *openID {
	o := &openID{issuer: issuer, extra: extra, turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	return o
}

func (o *openID) check() error {
	if err := checkAddress(o.issuer); err != nil {
		return fmt.Errorf("its issuer: %w; it is the address that the provider's documentation names, as in https://login.example", err)
	}
	return nil
}

func (o *openID) endpoints(ctx context.Context) (endpoints, error) {
	d, err := o.discover(ctx)
	if err != nil {
		return endpoints{}, err
	}
	return d.endpoints, nil
}

// discover reads the discovery document, once. Callers that waited while another one
// failed fail with it, so that a crowd does not queue up before a provider that is away.
func (o *openID) discover(ctx context.Context) (*discovery, error) {
	came := time.Now()
	select {
	case <-o.turn:
		defer func() { o.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, unreachable(ctx.Err())
	}
	if o.found != nil {
		return o.found, nil
	}
	if o.failed != nil && o.failedAt.After(came) {
		return nil, o.failed
	}
	found, err := o.ask(ctx)
	if err == nil {
		o.found = found
	} else if ctx.Err() == nil {
		o.failed, o.failedAt = err, time.Now()
	}
	return found, err
}

// ask tries thrice, all in all no longer than one request may take.
func (o *openID) ask(ctx context.Context) (*discovery, error) {
	ctx, cancel := context.WithTimeout(withClient(ctx), patience)
	defer cancel()
	for pause := 100 * time.Millisecond; ; pause *= 4 {
		provider, err := oidc.NewProvider(ctx, o.issuer)
		if err == nil {
			return o.read(provider)
		}
		if _, mismatch := errors.AsType[*oidc.IssuerMismatchError](err); mismatch {
			return nil, fmt.Errorf("%w: %w", ErrMisconfigured, err)
		}
		if pause > time.Second {
			return nil, unreachable(err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, unreachable(err)
		}
	}
}

func (o *openID) read(provider *oidc.Provider) (*discovery, error) {
	var document struct {
		Auth        string   `json:"authorization_endpoint"`
		Token       string   `json:"token_endpoint"`
		Keys        string   `json:"jwks_uri"`
		Revocation  string   `json:"revocation_endpoint"`
		UserInfo    string   `json:"userinfo_endpoint"`
		Scopes      []string `json:"scopes_supported"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("%w: its discovery document is malformed", ErrUntrusted)
	}
	for _, address := range []string{document.Auth, document.Token, document.Keys} {
		if err := checkAddress(address); err != nil {
			return nil, fmt.Errorf("%w: its discovery document: %w", ErrUntrusted, err)
		}
	}
	for _, address := range []string{document.Revocation, document.UserInfo} {
		if err := checkAddress(address); address != "" && err != nil {
			return nil, fmt.Errorf("%w: its discovery document: %w", ErrUntrusted, err)
		}
	}
	e := endpoints{Endpoint: provider.Endpoint(), extra: o.extra, scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
	// Said explicitly: to find out by trying would show a code or refresh token twice.
	e.AuthStyle = oauth2.AuthStyleInHeader
	if slices.Contains(document.AuthMethods, "client_secret_post") {
		e.AuthStyle = oauth2.AuthStyleInParams
	}
	if slices.Contains(document.Scopes, oidc.ScopeOfflineAccess) {
		e.scopes = append(e.scopes, oidc.ScopeOfflineAccess)
	}
	e.scopes = slices.Clip(e.scopes) // callers append
	return &discovery{provider: provider, endpoints: e, revocation: document.Revocation}, nil
}

// claims are what an id token or the user-info endpoint says beside the subject.
type claims struct {
	Email         string `json:"email"`
	EmailVerified any    `json:"email_verified"` // some send "true" as text
	Name          string `json:"name"`
	AuthorisedFor string `json:"azp"`
}

func (o *openID) identify(ctx context.Context, clientID string, token *oauth2.Token, nonce string) (Identity, error) {
	d, err := o.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := d.provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	var c claims
	if err := checkIDToken(id, &c, clientID, token, nonce); err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	if c.Email == "" && d.provider.UserInfoEndpoint() != "" {
		if err := d.ask(ctx, token, id.Subject, &c); err != nil {
			return Identity{}, err
		}
	}
	verified := c.EmailVerified == true || c.EmailVerified == "true"
	return Identity{Issuer: o.issuer, Subject: id.Subject, Email: c.Email, EmailVerified: verified && c.Email != "", Name: c.Name}, nil
}

// checkIDToken checks what go-oidc leaves to its caller.
func checkIDToken(id *oidc.IDToken, c *claims, clientID string, token *oauth2.Token, nonce string) error {
	if err := id.Claims(c); err != nil {
		return err
	}
	if nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return errors.New("the id token has another nonce")
	}
	if id.Subject == "" {
		return errors.New("the id token has no subject")
	}
	if c.AuthorisedFor != "" && c.AuthorisedFor != clientID || c.AuthorisedFor == "" && len(id.Audience) > 1 {
		return errors.New("the id token was made for another application")
	}
	if id.AccessTokenHash != "" {
		return id.VerifyAccessToken(token.AccessToken)
	}
	return nil
}

// ask completes the claims with those of the user-info endpoint, if they are about the
// same person.
func (d *discovery) ask(ctx context.Context, token *oauth2.Token, subject string, c *claims) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.provider.UserInfoEndpoint(), nil)
	if err != nil {
		return err
	}
	token.SetAuthHeader(r)
	var info struct {
		Subject string `json:"sub"`
		claims
	}
	if err := send(r, &info); err != nil {
		return err
	}
	if info.Subject != subject {
		return fmt.Errorf("%w: its user info is about somebody else", ErrUntrusted)
	}
	*c = info.claims
	return nil
}

// revoke is RFC 7009: of the refresh token where there is one, which ends both.
func (o *openID) revoke(ctx context.Context, clientID, secret string, token *oauth2.Token) error {
	d, err := o.discover(ctx)
	if err != nil || d.revocation == "" {
		return err
	}
	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
	if token.RefreshToken != "" {
		form = url.Values{"token": {token.RefreshToken}, "token_type_hint": {"refresh_token"}}
	}
	if d.endpoints.AuthStyle == oauth2.AuthStyleInParams {
		form.Set("client_id", clientID)
		form.Set("client_secret", secret)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if d.endpoints.AuthStyle == oauth2.AuthStyleInHeader {
		r.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(secret))
	}
	return send(r, nil)
}
