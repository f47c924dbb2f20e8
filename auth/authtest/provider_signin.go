package authtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// SignIn signs somebody in to a server under test, which knows the provider by name.
// The test fails at once when anything does not work.
func (p *Provider) SignIn(t testing.TB, server, name string, who Person) Session {
	t.Helper()
	session, err := p.TrySignIn(t.Context(), server, name, who)
	if err != nil {
		t.Fatalf("signing in %s with %s: %v", who.Subject, name, err)
	}
	return session
}

// TrySignIn is [Provider.SignIn] for goroutines of a test, which must not end it.
func (p *Provider) TrySignIn(ctx context.Context, server, name string, who Person) (s Session, err error) {
	begun, err := visit(ctx, server+"/auth/oauth/"+name+"/authorize", http.StatusFound, nil)
	if err != nil {
		return s, err
	}
	back, err := p.Consent(ctx, begun.Header.Get("Location"), who)
	if err != nil {
		return s, err
	}
	callback, err := url.Parse(back)
	if err != nil {
		return s, err
	}
	// The server may believe to be reached elsewhere.
	in, err := visit(ctx, server+callback.RequestURI(), http.StatusSeeOther, begun.Cookies())
	if err != nil {
		return s, err
	}
	answer, err := visit(ctx, server+"/auth/session", http.StatusOK, in.Cookies())
	if err != nil {
		return s, err
	}
	for _, cookie := range in.Cookies() {
		if strings.TrimPrefix(cookie.Name, "__Host-") == "session" {
			s.Token = cookie.Value
		}
	}
	return s, json.NewDecoder(answer.Body).Decode(&s)
}

// visit sends one request with the cookies, follows no redirect, and returns the answer
// with its body read.
func visit(ctx context.Context, address string, status int, cookies []*http.Cookie) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != status {
		return nil, fmt.Errorf("GET %s = %d, want %d: %s", r.URL.Path, response.StatusCode, status, body)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
