package auth

import (
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
	if err := a.spendAddress(r.Context(), address); err != nil {
		return err
	}
	request := magiclink.Request{Nonce: r.NewID(), Email: address, RedirectTo: body.RedirectTo}
	if err := a.links.Request(r.Context(), request); err != nil {
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
	link, err := a.links.Find(r.Context(), token)
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
	token, row, err := a.useLink(r, body.Token, r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	user, err := a.users.State(r.Context(), row.Owner)
	if err != nil {
		return err
	}
	a.setCookie(w, token, row.Expires)
	setPosition(w, user.Position)
	return web.Reply(w, http.StatusOK, sessionView{token, row.Expires, a.view(user.State)})
}

func (a *Auth) verifyForm(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	token, row, err := a.useLink(r, r.PostForm.Get("token"), r.PostForm.Get("once"))
	if err != nil {
		return a.showRefusal(w, err)
	}
	target := r.PostForm.Get("redirect_to")
	if !isLocal(target) {
		target = "/"
	}
	a.setCookie(w, token, row.Expires)
	http.Redirect(w, r.Request, target, http.StatusSeeOther)
	return nil
}
