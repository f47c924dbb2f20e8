package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// tokenLength is the length of a token, in base64url.
const tokenLength = 43

// newToken returns 256 random bits.
func newToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // never fails
	return base64.RawURLEncoding.EncodeToString(token)
}

// nextToken is the one that follows a token when a session is refreshed. It depends on
// nothing but that token and the secret key: of many pages that refresh their session at
// once each is given the same token, and none is left with one that is out of date.
func (a *Auth) nextToken(token string) string {
	mac := hmac.New(sha256.New, a.retryKey)
	mac.Write([]byte("refresh\x00" + token))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func hash(token string) string {
	var text [2 * sha256.Size]byte // of both: with every request, to allocate would cost as much as to hash
	sum := sha256.Sum256(append(text[:0], token...))
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// credentials returns the token that the request carries, "" when it has none.
func (a *Auth) credentials(r *http.Request) (token string, bearer bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), true
	}
	cookie, err := r.Cookie(a.cookie("session"))
	if err != nil {
		return "", false
	}
	return cookie.Value, false
}

// cookie is the full name of one of our cookies. Where there is TLS it has the prefix
// that browsers reserve for cookies of exactly this host.
func (a *Auth) cookie(name string) string {
	if a.https {
		return "__Host-" + name
	}
	return name
}

// setCookie hands the session to a browser; an empty token takes it back.
func (a *Auth) setCookie(w http.ResponseWriter, token string, expires time.Time) {
	cookie := &http.Cookie{
		Name: a.cookie("session"), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: a.https, SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
