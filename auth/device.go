package auth

import (
	"net/http"
	"time"

	"github.com/mileusna/useragent"

	"github.com/composable-go/composable/web"
)

// deviceLife is how long a browser keeps the cookie by which it is known.
const deviceLife = 365 * 24 * time.Hour

// deviceToken returns the cookie by which the browser is recognised; the user's stream
// knows the device by its hash.
func (a *Auth) deviceToken(r *web.Request) string {
	if cookie, err := r.Cookie(a.cookie("device")); err == nil && len(cookie.Value) == tokenLength {
		return cookie.Value
	}
	return newToken()
}

func (a *Auth) rememberDevice(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookie("device"), Value: token, Path: "/", MaxAge: int(deviceLife.Seconds()),
		HttpOnly: true, Secure: a.https, SameSite: http.SameSiteLaxMode,
	})
}

// deviceName describes for people where a request comes from.
func deviceName(r *web.Request) string {
	const longest = 80 // bytes; the header may hold anything
	ua := useragent.Parse(r.UserAgent())
	name := ua.Name
	if name != "" && ua.OS != "" {
		name += " on " + ua.OS
	}
	if name == "" || len(name) > longest {
		return "Unknown device"
	}
	return name
}
