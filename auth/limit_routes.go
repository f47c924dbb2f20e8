package auth

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// limitClass names the [Quota] that a route counts against.
type limitClass string

const (
	limitMail   limitClass = "mail"
	limitProof  limitClass = "proof"
	limitChange limitClass = "change"
	limitRead   limitClass = "read"
)

// routeLimits is the limit of every route. One that is missing here answers
// nothing but an internal error.
func routeLimits() map[string]limitClass {
	return map[string]limitClass{
		"GET /auth.css": limitRead,

		"POST /magic-link/send":   limitMail,
		"GET /magic-link/verify":  limitRead,
		"POST /magic-link/verify": limitProof,
		"GET /magic-link/code":    limitRead,
		"POST /magic-link/code":   limitProof,

		"GET /providers":                  limitRead,
		"GET /oauth/{provider}/authorize": limitProof,
		"GET /oauth/{provider}/callback":  limitProof,
		"GET /oauth/confirm":              limitRead,
		"POST /oauth/confirm":             limitProof,
		"POST /oauth/{provider}/link":     limitProof,
		"GET /identities":                 limitRead,
		"DELETE /identities/{provider}":   limitChange,

		"GET /session":          limitRead,
		"POST /session/refresh": limitChange,
		"POST /logout":          limitChange,

		"GET /sessions":         limitRead,
		"DELETE /sessions":      limitChange,
		"DELETE /sessions/{id}": limitChange,

		"GET /devices":             limitRead,
		"POST /devices/{id}/trust": limitChange,
		"DELETE /devices/{id}":     limitChange,

		"POST /passkey/login/begin":       limitProof,
		"POST /passkey/login/complete":    limitProof,
		"POST /passkey/sign-up/begin":     limitProof,
		"POST /passkey/sign-up/complete":  limitMail,
		"POST /passkey/register/begin":    limitProof,
		"POST /passkey/register/complete": limitMail,
		"GET /passkeys":                   limitRead,
		"PATCH /passkeys/{id}":            limitChange,
		"DELETE /passkeys/{id}":           limitMail,
		"POST /step-up/begin":             limitProof,
		"POST /step-up/complete":          limitProof,

		"GET /me":                limitRead,
		"PATCH /me":              limitChange,
		"POST /me/email":         limitMail,
		"GET /me/email/confirm":  limitRead,
		"POST /me/email/confirm": limitProof,
		"GET /me/export":         limitProof,
		"DELETE /me":             limitMail,
	}
}

// limit counts a request against the quota of its route, by network and globally.
// It goes before whatever costs something.
func (a *Auth) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		class, err := a.limitOf(r)
		if err == nil {
			err = a.spend(r.Context(), class, perNetwork, network(r))
		}
		if err == nil {
			err = a.spend(r.Context(), class, global, "")
		}
		if err != nil {
			web.Problem(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitAccount counts a request of somebody who is signed in.
func (a *Auth) limitAccount(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.spendAccount(r, store.OriginFrom(r.Context()).Actor.ID); err != nil {
			web.Problem(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// spendAccount counts a request of a user, if it is anybody's.
func (a *Auth) spendAccount(r *http.Request, user string) error {
	class, err := a.limitOf(r)
	if err != nil || user == "" {
		return err
	}
	return a.spend(r.Context(), class, perAccount, user)
}

func (a *Auth) limitOf(r *http.Request) (limitClass, error) {
	c := chi.RouteContext(r.Context())
	route := c.RouteMethod + " " + strings.TrimPrefix(c.RoutePattern(), "/auth")
	class, ok := a.classes[route]
	if !ok {
		return "", fmt.Errorf("auth: the route %q has no limit; give it one in limit_routes.go", route)
	}
	return class, nil
}

// limitSubject is whose uses are counted together.
type limitSubject string

const (
	perAddress limitSubject = "address"
	perAccount limitSubject = "account"
	perNetwork limitSubject = "network"
	global     limitSubject = "global"
)

func (q Quota) of(s limitSubject) Limit {
	switch s {
	case perAccount:
		return q.PerAccount
	case perNetwork:
		return q.PerNetwork
	default:
		return q.Global
	}
}

// spend counts one use of routes of a class, or refuses it.
func (a *Auth) spend(ctx context.Context, class limitClass, by limitSubject, subject string) error {
	key := string(class) + ":" + a.counted(by, subject)
	switch class {
	case limitMail:
		return a.limiter.spend(ctx, key, a.options.Limits.Mail.of(by))
	case limitProof:
		return a.limiter.spend(ctx, key, a.options.Limits.Proof.of(by))
	case limitChange:
		return a.limiter.spend(ctx, key, a.options.Limits.Change.of(by))
	default:
		return a.buckets.spend(ctx, key, a.options.Limits.Read.of(by))
	}
}

// spendAddress counts one mail that somebody asks for to an address.
func (a *Auth) spendAddress(ctx context.Context, address string) error {
	return a.limiter.spend(ctx, a.counted(perAddress, address), a.options.Limits.PerAddress)
}

// counted is the name under which uses are counted; it does not tell the subject.
func (a *Auth) counted(by limitSubject, subject string) string {
	return string(by) + ":" + a.blind("limit\x00"+subject)
}
