package auth

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/mileusna/useragent"

	"github.com/composable-go/composable/auth/personal"
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

// sighting seals what is known of the device of an attempt.
func (c circumstances) sighting(key *personal.Key) Sighting {
	return Sighting{
		ID: c.Device, Name: key.Seal("device", c.Agent), Place: key.Seal("place", c.where()),
		Details: sealJSON(key, "notice", map[string]string{"device": c.Agent, "place": c.where()}),
	}
}

// where says it for people, as far as it is known.
func (c circumstances) where() string {
	if c.Place == nil || c.Place.Name == "" {
		return c.Network
	}
	return c.Place.Name
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

// sealJSON seals values that are always JSON.
func sealJSON(key *personal.Key, field string, v any) personal.Text {
	data, err := json.Marshal(v)
	if err != nil {
		panic("auth: " + err.Error())
	}
	return key.Seal(field, string(data))
}
