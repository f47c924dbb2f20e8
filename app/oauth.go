package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/composable-go/composable/auth/oauth"
)

const (
	oauthPrefix  = "OAUTH_"
	clientID     = "_CLIENT_ID"
	clientSecret = "_CLIENT_SECRET"
	issuer       = "_ISSUER"
)

// providersOf reads OAUTH_<NAME>_CLIENT_ID, _CLIENT_SECRET and, of providers that are
// not known by their name, _ISSUER.
func providersOf(settings map[string]string) ([]*oauth.Provider, error) {
	names := map[string]bool{}
	for key, value := range settings {
		if name, _, ok := oauthSetting(key); ok && value != "" {
			names[name] = true
		}
	}
	var providers []*oauth.Provider
	for _, name := range slices.Sorted(maps.Keys(names)) {
		p, err := providerOf(name, settings)
		if err != nil {
			return nil, err
		}
		providers = append(providers, p)
	}
	return providers, nil
}

// oauthSetting cuts the key of a provider's setting into the provider's name and what
// is set.
func oauthSetting(key string) (name, what string, ok bool) {
	rest, ok := strings.CutPrefix(key, oauthPrefix)
	if !ok {
		return "", "", false
	}
	for _, what := range []string{clientID, clientSecret, issuer} {
		if name, ok := strings.CutSuffix(rest, what); ok && name != "" {
			return name, what, true
		}
	}
	return "", "", false
}

func providerOf(name string, settings map[string]string) (*oauth.Provider, error) {
	key := oauthPrefix + name
	for _, missing := range []string{clientID, clientSecret} {
		if settings[key+missing] == "" {
			return nil, fmt.Errorf("%s%s is missing; set it to what the provider shows where this program is registered, or unset %s*", key, missing, key)
		}
	}
	id, secret, at := settings[key+clientID], settings[key+clientSecret], settings[key+issuer]
	p := oauth.OpenID(strings.ToLower(strings.ReplaceAll(name, "_", "-")), at, id, secret)
	switch {
	case name == "GOOGLE":
		p = oauth.Google(id, secret)
	case name == "GITHUB":
		p = oauth.GitHub(id, secret)
	case at == "":
		return nil, fmt.Errorf("%s%s is missing; set it to the address in the provider's documentation, as in https://login.example", key, issuer)
	}
	if at != "" && (name == "GOOGLE" || name == "GITHUB") {
		return nil, fmt.Errorf("%s%s is set, but %s has one issuer only; unset it, or give the provider another name", key, issuer, p.Title)
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("%s*: %w", key, err)
	}
	return p, nil
}
