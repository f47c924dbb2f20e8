package web_test

import (
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func whoami(w http.ResponseWriter, r *web.Request) error {
	o := store.OriginFrom(r.Context())
	return web.Reply(w, 200, map[string]any{
		"actor": o.Actor.ID, "correlation": o.CorrelationID, "trace": o.TraceParent,
		"address": middleware.GetClientIP(r.Context()), "padding": strings.Repeat("x", 1000),
	})
}

func TestCorrelationID(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{}, func(r chi.Router) { r.Get("/", web.Handle(whoami)) })
	const id = "0193e8a0-0000-7000-8000-000000000001"
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	got := call(t, server, "GET", "/", "", "X-Correlation-ID", id, "Traceparent", trace)
	if got.Header.Get("X-Correlation-ID") != id || got.member(t, "correlation") != id || got.member(t, "trace") != trace {
		t.Errorf("not taken over: %v %s", got.Header, got.body)
	}
	got = call(t, server, "GET", "/", "", "X-Correlation-ID", "'; drop table", "Traceparent", "00-zz")
	made := got.Header.Get("X-Correlation-ID")
	if len(made) != 36 || strings.Contains(made, "drop") || got.member(t, "correlation") != made || got.member(t, "trace") != "" {
		t.Errorf("not replaced: %q %s", made, got.body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	router := web.NewRouter(web.Options{})
	router.Get("/", web.Health())
	plain := httptest.NewServer(router)
	t.Cleanup(plain.Close)
	secure := httptest.NewTLSServer(router)
	t.Cleanup(secure.Close)

	got := call(t, plain, "GET", "/missing", "")
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
		}
	}
	for _, directive := range []string{"default-src 'self'", "img-src 'self' data:", "frame-ancestors 'none'"} {
		if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, directive) {
			t.Errorf("policy %q lacks %s", policy, directive)
		}
	}
	if got := call(t, secure, "GET", "/", ""); got.TLS == nil || got.TLS.Version < tls.VersionTLS12 ||
		got.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("no HSTS behind TLS: %v", got.Header)
	}
	behind := serve(t, web.Options{HTTPS: true, ContentSecurityPolicy: "default-src 'none'"}, func(r chi.Router) { r.Get("/", web.Health()) })
	if got := call(t, behind, "GET", "/", ""); got.Header.Get("Strict-Transport-Security") == "" ||
		got.Header.Get("Content-Security-Policy") != "default-src 'none'" {
		t.Errorf("options are not heeded: %v", got.Header)
	}
}

func TestCrossOriginUnsafeMethodsAreRefused(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{TrustedOrigins: []string{"https://admin.example"}}, func(r chi.Router) {
		r.Post("/", web.Health())
		r.Get("/", web.Health())
	})
	call(t, server, "POST", "/", "", "Sec-Fetch-Site", "cross-site").want(t, 403, "forbidden")
	call(t, server, "POST", "/", "", "Origin", "https://evil.example").want(t, 403, "forbidden")
	call(t, server, "GET", "/", "", "Sec-Fetch-Site", "cross-site").want(t, 200, "")
	call(t, server, "POST", "/", "", "Sec-Fetch-Site", "same-origin").want(t, 200, "")
	call(t, server, "POST", "/", "", "Origin", "https://admin.example").want(t, 200, "")
	call(t, server, "POST", "/", "").want(t, 200, "") // no browser
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	direct := serve(t, web.Options{}, func(r chi.Router) { r.Get("/", web.Handle(whoami)) })
	if got := call(t, direct, "GET", "/", "", "X-Forwarded-For", "9.9.9.9"); got.member(t, "address") != "127.0.0.1" {
		t.Errorf("an unknown proxy was believed: %s", got.body)
	}
	proxied := serve(t, web.Options{TrustedProxies: []string{"127.0.0.1/32"}}, func(r chi.Router) { r.Get("/", web.Handle(whoami)) })
	if got := call(t, proxied, "GET", "/", "", "X-Forwarded-For", "6.6.6.6, 9.9.9.9"); got.member(t, "address") != "9.9.9.9" {
		t.Errorf("the trusted proxy was not believed: %s", got.body)
	}
}

func TestJSONIsCompressed(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{}, func(r chi.Router) { r.Get("/", web.Handle(whoami)) })
	for path, encoding := range map[string]string{"/": "gzip", "/missing": "gzip"} {
		got := call(t, server, "GET", path, "", "Accept-Encoding", "gzip")
		if got.Header.Get("Content-Encoding") != encoding {
			t.Fatalf("%s: %v", path, got.Header)
		}
		unzip, err := gzip.NewReader(strings.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(unzip)
		if err != nil || !json.Valid(data) {
			t.Errorf("%s: %v: %s", path, err, data)
		}
	}
}

func TestOnlyThePermittedPass(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{}, func(r chi.Router) {
		r.With(web.RequireActor).Get("/mine", web.Health())
		r.With(web.Require("admin")).Get("/admin", web.Health())
		r.Get("/open", web.Health())
	})
	call(t, server, "GET", "/mine", "").want(t, 401, "unauthenticated")
	call(t, server, "GET", "/mine", "", "X-Actor", "ada").want(t, 200, "")
	call(t, server, "GET", "/admin", "", "X-Role", "admin").want(t, 401, "unauthenticated")
	call(t, server, "GET", "/admin", "", "X-Actor", "ada", "X-Role", "clerk").want(t, 403, "forbidden")
	call(t, server, "GET", "/admin", "", "X-Actor", "ada", "X-Role", "admin").want(t, 200, "")
	call(t, server, "GET", "/open", "").want(t, 200, "")
	call(t, server, "GET", "/open", "", "X-Actor", "revoked").want(t, 401, "unauthenticated")
}

func TestServerBoundsEverything(t *testing.T) {
	t.Parallel()
	s := web.NewServer("127.0.0.1:0", http.NotFoundHandler(), nil)
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("a limit is not set: %+v", s)
	}
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]web.Options{
		"proxy": {TrustedProxies: []string{"nonsense"}}, "origin": {TrustedOrigins: []string{"admin.example"}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a wrong %s was accepted", name)
				}
			}()
			web.Middleware(o)
		}()
	}
}
