package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// purposeSignIn is what links for signing in are for.
const purposeSignIn = "sign_in"

// useLink spends a link on a session. A request that comes again with the same once,
// because it is repeated or its button was pressed twice, is given the session that it
// started the first time.
func (a *Auth) useLink(w http.ResponseWriter, r *web.Request, token, once string) (entered, magiclink.Link, error) {
	return a.enterByLink(w, r, token, once, func() (magiclink.Link, error) {
		return a.links.Find(r.Context(), purposeSignIn, token)
	})
}

// useCode does the same for the browser that waits, by the code that the link shows.
func (a *Auth) useCode(w http.ResponseWriter, r *web.Request, code, once string) (entered, magiclink.Link, error) {
	waiting := a.waiting(r)
	return a.enterByLink(w, r, waiting, once, func() (magiclink.Link, error) {
		return a.links.FindByCode(r.Context(), purposeSignIn, waiting, code)
	})
}

func (a *Auth) enterByLink(
	w http.ResponseWriter, r *web.Request, shown, once string, find func() (magiclink.Link, error),
) (s entered, link magiclink.Link, err error) {
	token := a.sessionToken(shown, once)
	if link, err = find(); err == nil {
		var proof Proof
		proof.Kind, proof.Key = link.Proof()
		s, err = a.enter(w, r, entry{
			Method: "magic_link", Level: LevelBasic, Email: link.Email, Proved: true, Proofs: []Proof{proof}, Token: token,
		})
	}
	if errors.Is(err, magiclink.ErrInvalidToken) || errors.Is(err, store.ErrRow) {
		if s, err = a.session(r.Context(), token); errors.Is(err, ErrBadToken) {
			err = magiclink.ErrInvalidToken
		}
	}
	if err != nil {
		a.failed(r, failure{Method: "magic_link", Tried: shown, Err: err})
		return s, link, err
	}
	a.setWaiting(w, "")
	return s, link, nil
}

// sessionToken makes a token. With once, the secret that was shown and the secret key
// determine it, so that the answer to a request can be given again without being kept.
func (a *Auth) sessionToken(shown, once string) string {
	if once == "" {
		return newToken()
	}
	mac := hmac.New(sha256.New, a.retryKey)
	mac.Write([]byte(shown + "\x00" + once))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// waiting is the cookie of a browser that has asked for a link, "" of any other.
func (a *Auth) waiting(r *web.Request) string {
	cookie, err := r.Cookie(a.cookie("link"))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setWaiting notes that the browser has asked for a link; "" that it waits no more. The
// cookie has to come along from the pages of a mail provider, so it is not strict.
func (a *Auth) setWaiting(w http.ResponseWriter, waiting string) {
	cookie := &http.Cookie{
		Name: a.cookie("link"), Value: waiting, Path: "/", MaxAge: int(a.options.LinkLife.Seconds()),
		HttpOnly: true, Secure: a.https, SameSite: http.SameSiteLaxMode,
	}
	if waiting == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
