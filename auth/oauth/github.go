package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/oauth2"
)

// GitHub is github.com, which speaks OAuth without OpenID Connect: who somebody is and
// which addresses they have is asked of its API, and of those the primary one counts.
func GitHub(clientID, clientSecret string) *Provider {
	return &Provider{
		Name: "github", Title: "GitHub", id: clientID, secret: clientSecret,
		protocol: gitHub{site: "https://github.com", api: "https://api.github.com"},
	}
}

type gitHub struct{ site, api string }

func (gitHub) check() error { return nil }

func (g gitHub) endpoints(context.Context) (endpoints, error) {
	return endpoints{
		Endpoint: oauth2.Endpoint{
			AuthURL: g.site + "/login/oauth/authorize", TokenURL: g.site + "/login/oauth/access_token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
		scopes: slices.Clip([]string{"read:user", "user:email"}),
	}, nil
}

type gitHubAddress struct {
	Email             string
	Primary, Verified bool
}

// identify knows no nonce: that the code is this attempt's is what PKCE says.
func (g gitHub) identify(ctx context.Context, _ string, token *oauth2.Token, _ string) (Identity, error) {
	var user struct {
		ID          int64
		Login, Name string
	}
	if err := g.get(ctx, token, "/user", &user); err != nil {
		return Identity{}, err
	}
	if user.ID == 0 {
		return Identity{}, fmt.Errorf("%w: the user has no id", ErrUntrusted)
	}
	var addresses []gitHubAddress
	if err := g.get(ctx, token, "/user/emails?per_page=100", &addresses); err != nil {
		return Identity{}, err
	}
	identity := Identity{Issuer: g.site, Subject: strconv.FormatInt(user.ID, 10), Name: user.Name}
	if i := slices.IndexFunc(addresses, func(a gitHubAddress) bool { return a.Primary }); i >= 0 {
		identity.Email, identity.EmailVerified = addresses[i].Email, addresses[i].Verified
	}
	return identity, nil
}

func (g gitHub) get(ctx context.Context, token *oauth2.Token, path string, v any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.api+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/vnd.github+json")
	token.SetAuthHeader(r)
	return send(r, v)
}

// revoke ends the grant, and with it all tokens that this application has of the user.
func (g gitHub) revoke(ctx context.Context, clientID, secret string, token *oauth2.Token) error {
	body, err := json.Marshal(map[string]string{"access_token": token.AccessToken})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, g.api+"/applications/"+url.PathEscape(clientID)+"/grant", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.SetBasicAuth(clientID, secret)
	r.Header.Set("Accept", "application/vnd.github+json")
	return send(r, nil)
}
