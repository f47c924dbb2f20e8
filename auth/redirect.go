package auth

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/composable-go/composable/web"
)

// allowsRedirect reports whether a browser may be sent to target after a sign-in: a
// path of this site, or an address of [Options].RedirectOrigins. What browsers read
// otherwise than net/url does (backslashes, white space, control characters) is
// refused wherever it stands.
func (a *Auth) allowsRedirect(target string) bool {
	const longest = 2000
	if len(target) > longest || strings.ContainsFunc(target, misread) {
		return false
	}
	u, err := url.Parse(target)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme == "" && u.Host == "" {
		return strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//")
	}
	return slices.Contains(a.options.RedirectOrigins, u.Scheme+"://"+u.Host)
}

func misread(r rune) bool { return r == '\\' || unicode.IsSpace(r) || unicode.IsControl(r) }

// redirect sends a browser to target, or to the start page where that is not allowed.
func (a *Auth) redirect(w http.ResponseWriter, r *web.Request, target string) {
	if !a.allowsRedirect(target) {
		target = "/"
	}
	http.Redirect(w, r.Request, target, http.StatusSeeOther)
}

// checkOrigins refuses what is more or less than scheme and host.
func checkOrigins(origins []string) error {
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			return fmt.Errorf("Options.RedirectOrigins has %q; it must be scheme and host, as in https://app.example", origin)
		}
	}
	return nil
}
