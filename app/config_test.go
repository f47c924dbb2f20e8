package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/composable-go/composable/app"
)

func TestUnusableSettingsStopTheStartAndNameTheRemedy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		settings []string
		remedy   string
	}{
		"misspelt key":     {[]string{"COMPOSABLE_LISTN=:80"}, "COMPOSABLE_LISTN is not a setting"},
		"no port":          {[]string{"LISTEN=localhost"}, "host:port"},
		"unknown database": {[]string{"DATABASE_URL=mysql://x"}, "memory:, sqlite:PATH and postgres://…"},
		"dev in public":    {[]string{"DEV=1", "LISTEN=0.0.0.0:80"}, "LISTEN on 127.0.0.1"},
		"dev on all":       {[]string{"DEV=1", "LISTEN=:80"}, "LISTEN on 127.0.0.1"},
		"short key":        {[]string{"SECRET_KEY=hunter2"}, "openssl rand -hex 32"},
		"no address":       {[]string{"BASE_URL=box.example"}, "https://box.example"},
		"not a flag":       {[]string{"DEV=perhaps"}, "perhaps"},

		"misspelt provider setting":     {[]string{"COMPOSABLE_OAUTH_GOOGLE_ID=1"}, "COMPOSABLE_OAUTH_GOOGLE_ID is not a setting"},
		"provider without secret":       {[]string{"OAUTH_GITHUB_CLIENT_ID=1"}, "OAUTH_GITHUB_CLIENT_SECRET is missing"},
		"provider without client id":    {[]string{"OAUTH_ACME_ISSUER=https://login.example"}, "OAUTH_ACME_CLIENT_ID is missing"},
		"provider without issuer":       {[]string{"OAUTH_ACME_CLIENT_ID=1", "OAUTH_ACME_CLIENT_SECRET=hunter2"}, "OAUTH_ACME_ISSUER is missing"},
		"provider with another issuer":  {[]string{"OAUTH_GOOGLE_CLIENT_ID=1", "OAUTH_GOOGLE_CLIENT_SECRET=hunter2", "OAUTH_GOOGLE_ISSUER=https://login.example"}, "give the provider another name"},
		"provider without TLS":          {[]string{"OAUTH_ACME_CLIENT_ID=1", "OAUTH_ACME_CLIENT_SECRET=hunter2", "OAUTH_ACME_ISSUER=http://login.example"}, "https://"},
		"provider with an unusual name": {[]string{"OAUTH_ÄCME_CLIENT_ID=1", "OAUTH_ÄCME_CLIENT_SECRET=hunter2", "OAUTH_ÄCME_ISSUER=https://login.example"}, "lower-case letters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := append([]string{"DATABASE_URL=memory:"}, tc.settings...)
			_, err := app.Open(context.Background(), app.ConfigOf(settings...))
			if err == nil || !strings.Contains(err.Error(), tc.remedy) {
				t.Errorf("err = %v; want one that says %q", err, tc.remedy)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Error("the error shows the secret")
			}
		})
	}
}

func TestSettingsAndTheirPrefix(t *testing.T) {
	t.Parallel()
	c := app.ConfigOf("LISTEN=127.0.0.1:1", "COMPOSABLE_LISTEN=127.0.0.1:2", "ADMIN_EMAILS=a@x.example,b@x.example")
	if c.Listen != "127.0.0.1:2" || c.BaseURL != "http://localhost:2" || len(c.AdminEmails) != 2 || c.MailFrom != "no-reply@localhost" {
		t.Errorf("config = %+v", c)
	}
}

func TestProvidersFromTheEnvironment(t *testing.T) {
	t.Parallel()
	c := app.ConfigOf(
		"OAUTH_GOOGLE_CLIENT_ID=g", "OAUTH_GOOGLE_CLIENT_SECRET=s", "COMPOSABLE_OAUTH_GITHUB_CLIENT_ID=h", "OAUTH_GITHUB_CLIENT_SECRET=s",
		"OAUTH_ACME_SSO_CLIENT_ID=a", "OAUTH_ACME_SSO_CLIENT_SECRET=s", "OAUTH_ACME_SSO_ISSUER=https://login.example", "OAUTH_TOKEN=of another program",
		"OAUTH_GITLAB_CLIENT_ID=", "OAUTH_GITLAB_CLIENT_SECRET=",
	)
	var names []string
	for _, p := range c.OAuth {
		names = append(names, p.Name+" "+p.Title)
	}
	if got, want := strings.Join(names, ", "), "acme-sso Acme-sso, github GitHub, google Google"; got != want {
		t.Errorf("providers = %s; want %s", got, want)
	}
}
