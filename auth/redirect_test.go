package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

// TestWhereASignInMayLead asks both for a link and with a form that was tampered with.
func TestWhereASignInMayLead(t *testing.T) {
	t.Parallel()
	s := inMemory(t, func(o *auth.Options) {
		o.BaseURL = "http://box.example"
		o.RedirectOrigins = []string{"https://app.example", "http://localhost:5173"}
	})
	var people atomic.Int64
	for target, allowed := range map[string]bool{
		"/":                                     true,
		"/tickets?new=1#top":                    true,
		"/a/b?back=//c":                         true,
		"/%2F%2Fevil.example":                   true, // a path of ours, however it looks
		"https://app.example":                   true,
		"https://app.example/tickets?new=1":     true,
		"http://localhost:5173/":                true,
		"tickets":                               false,
		"//evil.example":                        false,
		"///evil.example":                       false,
		`/\evil.example`:                        false,
		`\/evil.example`:                        false,
		`/tickets\..\evil`:                      false,
		"https://evil.example":                  false,
		"https://box.example.evil":              false,
		"https://app.example.evil":              false,
		"https://evil.example/app.example":      false,
		"https://app.example@evil.example":      false,
		"https://ada:x@app.example/":            false,
		"https://app.example:8443/":             false,
		"http://app.example/":                   false,
		"//app.example":                         false,
		`https://evil.example\@app.example`:     false,
		"https://evil.example#@app.example":     false,
		"https:app.example":                     false,
		"https:///app.example":                  false,
		"javascript:alert(1)":                   false,
		"JaVaScRiPt:alert(1)":                   false,
		"java\tscript:alert(1)":                 false,
		"data:text/html,x":                      false,
		"/\tevil.example":                       false,
		"/\t/evil.example":                      false,
		"\t//evil.example":                      false,
		"/\n/evil.example":                      false,
		"/\r\nSet-Cookie: session=x":            false,
		" //evil.example":                       false,
		"/\u00a0/evil.example":                  false,
		"/\x00/evil.example":                    false,
		"/" + strings.Repeat("a", 2000):         false,
		"https://app.example/%zz":               false,
		"https://app.example\u3002evil.example": false,
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			address := fmt.Sprintf("ada%d@example.com", people.Add(1))
			body, err := json.Marshal(map[string]string{"email": "x" + address, "redirect_to": target})
			if err != nil {
				t.Fatal(err)
			}
			sent := s.do(t, http.MethodPost, "/auth/magic-link/send", string(body))
			if ok := sent.StatusCode == http.StatusAccepted; ok != allowed {
				t.Errorf("asking for it = %d: %s", sent.StatusCode, sent.body)
			}
			token := authtest.Link(t, s.url, s.box, address)
			fields := url.Values{"token": {token}, "redirect_to": {target}}
			want := "/"
			if allowed {
				want = target
			}
			if got := s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusSeeOther).Header.Get("Location"); got != want {
				t.Errorf("the form leads to %q, want %q", got, want)
			}
		})
	}
}
