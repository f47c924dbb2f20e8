package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/composable-go/composable/store"
)

const defaultPolicy = "default-src 'self'; img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'"

// Options configures [Middleware]. The zero value is a server that faces its
// clients directly, on one origin.
type Options struct {
	Logger   *slog.Logger  // slog.Default() when nil
	MaxBody  int64         // bytes of a request body; 1 MiB when 0
	ReadWait time.Duration // how long a [Query] waits for its read model; 2 s when 0

	// TrustedProxies are the CIDR prefixes of the proxies in front of this
	// server; only they are believed about X-Forwarded-For. Read the client's
	// address with chi's middleware.GetClientIP.
	TrustedProxies []string
	// TrustedOrigins ("https://admin.example") may send unsafe methods although
	// they are another origin.
	TrustedOrigins []string

	// ContentSecurityPolicy replaces the default, which allows this origin's own
	// resources and data: images and forbids framing.
	ContentSecurityPolicy string
	// HTTPS says that clients speak TLS although a proxy ends it, so that
	// Strict-Transport-Security is sent on every answer.
	HTTPS bool
}

// Middleware returns everything between the socket and the routes, outermost
// first: correlation id, panics, client address, security headers, compression,
// protection against cross-origin requests, body limit. It panics on a prefix or
// origin that cannot be parsed.
func Middleware(o Options) func(http.Handler) http.Handler {
	s := scope{logger: o.Logger, readWait: o.ReadWait}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	if s.readWait <= 0 {
		s.readWait = defaultReadWait
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	if o.ContentSecurityPolicy == "" {
		o.ContentSecurityPolicy = defaultPolicy
	}
	return chi.Chain(
		correlate(s),
		recoverer,
		clientAddress(o.TrustedProxies),
		securityHeaders(o.ContentSecurityPolicy, o.HTTPS),
		middleware.Compress(5, "application/json", "application/problem+json", "application/manifest+json",
			"text/html", "text/css", "text/plain", "text/javascript", "application/javascript", "image/svg+xml"),
		sameOrigin(o.TrustedOrigins),
		limitBody(o.MaxBody),
	).Handler
}

// recoverer turns a panic into a 500. When the answer has begun it can only be
// cut off, so that nobody takes it for complete.
func recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			if ww.Status() == 0 {
				Problem(w, r, err)
				return
			}
			logFailure(r, err)
			panic(http.ErrAbortHandler)
		}()
		next.ServeHTTP(ww, r)
	})
}

func clientAddress(trusted []string) func(http.Handler) http.Handler {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	return middleware.ClientIPFromXFF(trusted...)
}

func securityHeaders(policy string, https bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			if https || r.TLS != nil {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

func sameOrigin(trusted []string) func(http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic("web: Options.TrustedOrigins: " + err.Error())
		}
	}
	refusal := store.Refuse(store.Forbidden, "forbidden", "requests from other sites are refused")
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Problem(w, r, refusal)
	}))
	return protection.Handler
}

func limitBody(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > limit {
				Problem(w, r, ErrTooLarge)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			next.ServeHTTP(w, r)
		})
	}
}
