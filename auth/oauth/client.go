package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const (
	patience    = 10 * time.Second // of one request
	largestBody = 1 << 20          // bytes of one answer
)

// client is for providers, which are not trusted with time, memory or directions.
func client() *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     bounded{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded cuts answers off, which makes those that are too large malformed.
type bounded struct{}

func (bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, largestBody), response.Body}
	return response, nil
}

// withClient is the context that x/oauth2 and go-oidc take their client from.
func withClient(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, client())
}

// send carries out a request and decodes its JSON answer into v, unless that is nil.
func send(r *http.Request, v any) error {
	response, err := client().Do(r)
	if err != nil {
		return unreachable(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return unreachable(err)
	case response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %s answers %d", ErrUnreachable, r.URL.Host, response.StatusCode)
	case response.StatusCode >= 300:
		return fmt.Errorf("%w: %s answers %d", ErrMisconfigured, r.URL.Host, response.StatusCode)
	case v == nil:
		return nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: %s sends no JSON", ErrUntrusted, r.URL.Host)
	}
	return nil
}
