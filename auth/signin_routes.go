package auth

import (
	"mime"
	"net/http"

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
	v.Check(body.RedirectTo == "" || a.allowsRedirect(body.RedirectTo), "redirect_to", "must be a path of this site, such as /tickets")
	if err := v.Err(); err != nil {
		return err
	}
	if err := a.spendAddress(r.Context(), address); err != nil {
		return err
	}
	waiting, err := a.links.Request(r.Context(), magiclink.Request{
		ID: r.NewID(), Purpose: purposeSignIn, Email: address, RedirectTo: body.RedirectTo, Device: deviceName(r),
	})
	if err != nil {
		return err
	}
	a.setWaiting(w, waiting)
	return web.Reply(w, http.StatusAccepted, map[string]any{"expires_in": int(a.options.LinkLife.Seconds())})
}

// showVerify changes nothing: mail scanners open links too. On another device than the
// one that asked it shows the code that lets that one in.
func (a *Auth) showVerify(w http.ResponseWriter, r *web.Request) error {
	token := r.URL.Query().Get("token")
	link, err := a.links.Find(r.Context(), purposeSignIn, token)
	if err != nil {
		return a.showRefusal(w, err)
	}
	page := verifyPage{
		App: a.options.App, Email: link.Email, Device: link.Device, Site: a.origin,
		Token: token, Once: newToken(), RedirectTo: link.RedirectTo,
	}
	if !link.AskedBy(a.waiting(r)) {
		page.Code = link.Code()
	}
	return show(w, http.StatusOK, "verify.html", page)
}

// verify answers a form with a redirect, JSON with the session; both with the
// cookie.
func (a *Auth) verify(w http.ResponseWriter, r *web.Request) error {
	if isForm(r) {
		return a.verifyForm(w, r)
	}
	var body struct {
		Token string `json:"token"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	session, _, err := a.useLink(w, r, body.Token, r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	return a.answer(w, r, session)
}

func isForm(r *web.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/x-www-form-urlencoded"
}

func (a *Auth) verifyForm(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	session, _, err := a.useLink(w, r, r.PostForm.Get("token"), r.PostForm.Get("once"))
	if err != nil {
		return a.showRefusal(w, err)
	}
	a.setCookie(w, session.Token, session.Session.Expires)
	a.redirect(w, r, r.PostForm.Get("redirect_to"))
	return nil
}
