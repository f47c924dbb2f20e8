package auth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestNewNamesTheRemedy(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*auth.Options)
		remedy string
	}{
		"short key":       {func(o *auth.Options) { o.SecretKey = []byte("hunter2") }, "openssl rand"},
		"no address":      {func(o *auth.Options) { o.BaseURL = "" }, "https://box.example"},
		"no scheme":       {func(o *auth.Options) { o.BaseURL = "box.example" }, "https://box.example"},
		"a path":          {func(o *auth.Options) { o.BaseURL = "https://box.example/shop" }, "https://box.example"},
		"no sender":       {func(o *auth.Options) { o.Sender = nil }, "smtp.Sender"},
		"no from":         {func(o *auth.Options) { o.From = "" }, "Options.From"},
		"admin":           {func(o *auth.Options) { o.AdminEmails = []string{"root"} }, `"root"`},
		"a provider":      {func(o *auth.Options) { o.Providers = []*oauth.Provider{oauth.Google("id", "")} }, "client secret"},
		"two of a name":   {func(o *auth.Options) { o.Providers = []*oauth.Provider{oauth.Google("1", "s"), oauth.Google("2", "s")} }, "another name"},
		"cap below life":  {func(o *auth.Options) { o.SessionCap = time.Hour }, "make it longer"},
		"negative life":   {func(o *auth.Options) { o.SessionIdle = -time.Hour }, "leave it out"},
		"a redirect path": {func(o *auth.Options) { o.RedirectOrigins = []string{"https://app.example/"} }, "https://app.example"},
		"a redirect host": {func(o *auth.Options) { o.RedirectOrigins = []string{"app.example"} }, "https://app.example"},
		"limit, no burst": {func(o *auth.Options) { o.Limits.PerAddress.Per = time.Hour }, "set both"},
		"limit, no time":  {func(o *auth.Options) { o.Limits.Mail.Global.Burst = 1 }, "set both"},
		"risk":            {func(o *auth.Options) { o.Risk.Weights.NewDevice = 101 }, "1 to 100"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := auth.Options{
				SecretKey: []byte(strings.Repeat("k", 32)), BaseURL: "https://box.example", From: "box@box.example",
				Sender: authtest.NewMailbox(),
			}
			c.change(&o)
			defer func() {
				message := fmt.Sprint(recover())
				if !strings.HasPrefix(message, "auth: ") || !strings.Contains(message, c.remedy) || strings.Contains(message, "hunter2") {
					t.Errorf("panic: %s; want one that says %q", message, c.remedy)
				}
			}()
			auth.New(store.NewRuntime(memory.New(), store.Options{}), o)
		})
	}
}
