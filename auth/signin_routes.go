package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strings"
	"unicode"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// sendLink answers the same, and does the same work, whether the address belongs
// to a user or not.
func (a *Auth) sendLink(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Email      string `json:"email"`
		RedirectTo string `json:"redirect_to"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	address, err := normalise(body.Email)
	var v web.Validation
	v.Check(err == nil, "email", "must be an e-mail address")
	v.Check(body.RedirectTo == "" || isLocal(body.RedirectTo), "redirect_to", "must be a path of this site, such as /tickets")
	if err := v.Err(); err != nil {
		return err
	}
	if err := a.limiter.spend(r.Context(), "send_network", network(r.Request), a.limits.SendPerNetwork); err != nil {
		return err
	}
	if err := a.limiter.spend(r.Context(), "send_address", address, a.limits.SendPerAddress); err != nil {
		return err
	}
	_, err = a.links.Request(r.Context(), magiclink.Request{
		ID: r.NewID(), Purpose: purposeSignIn, Email: address, RedirectTo: body.RedirectTo, Device: deviceName(r),
	})
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusAccepted, map[string]any{"expires_in": int(a.linkLife.Seconds())})
}

// isLocal reports whether a browser takes the address for a path of this site.
func isLocal(address string) bool {
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") &&
		!strings.Contains(address, `\`) && !strings.ContainsFunc(address, unicode.IsControl) && len(address) <= 2000
}

// showVerify changes nothing: mail scanners open links too.
func (a *Auth) showVerify(w http.ResponseWriter, r *web.Request) error {
	token := r.URL.Query().Get("token")
	link, err := a.links.Find(r.Context(), purposeSignIn, token)
	if err != nil {
		return a.showRefusal(w, err)
	}
	page := verifyPage{App: a.app, Email: link.Email, Token: token, Once: newToken(), RedirectTo: link.RedirectTo}
	return show(w, http.StatusOK, "verify.html", page)
}

// verify answers a form with a redirect, JSON with the session; both with the
// cookie.
func (a *Auth) verify(w http.ResponseWriter, r *web.Request) error {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "application/x-www-form-urlencoded" {
		return a.verifyForm(w, r)
	}
	var body struct {
		Token string `json:"token"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	session, err := a.useLink(w, r, body.Token, r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	return a.answer(w, r, session)
}

func (a *Auth) verifyForm(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	session, err := a.useLink(w, r, r.PostForm.Get("token"), r.PostForm.Get("once"))
	if err != nil {
		return a.showRefusal(w, err)
	}
	target := r.PostForm.Get("redirect_to")
	if !isLocal(target) {
		target = "/"
	}
	a.setCookie(w, session.Token, session.Session.Expires)
	http.Redirect(w, r.Request, target, http.StatusSeeOther)
	return nil
}

// useLink spends a link on a session. A request that comes again with the same once,
// because it is repeated or its button was pressed twice, is given the session that it
// started the first time.
func (a *Auth) useLink(w http.ResponseWriter, r *web.Request, token, once string) (entered, error) {
	if err := a.limiter.spend(r.Context(), "verify_network", network(r.Request), a.limits.VerifyPerNetwork); err != nil {
		return entered{}, err
	}
	session := a.sessionToken(token, once)
	link, err := a.links.Find(r.Context(), purposeSignIn, token)
	if err == nil {
		var proof Proof
		proof.Kind, proof.Key = link.Proof()
		var s entered
		s, err = a.enter(w, r, entry{
			Method: "magic_link", Level: LevelBasic, Email: link.Email, Proved: true, Proofs: []Proof{proof}, Token: session,
		})
		if err == nil {
			return s, nil
		}
	}
	if !errors.Is(err, magiclink.ErrInvalidToken) && !errors.Is(err, store.ErrRow) {
		return entered{}, err
	}
	s, err := a.session(r.Context(), session)
	if errors.Is(err, ErrBadToken) {
		err = magiclink.ErrInvalidToken
	}
	return s, err
}

// sessionToken makes a token. With once, the link and the secret key determine
// it, so that the answer to a request can be given again without being kept.
func (a *Auth) sessionToken(link, once string) string {
	if once == "" {
		return newToken()
	}
	mac := hmac.New(sha256.New, a.retryKey)
	mac.Write([]byte(link + "\x00" + once))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
