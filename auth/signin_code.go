package auth

import (
	"errors"
	"net/http"
	"strings"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// showCode is the page where a browser waits for its link to be opened elsewhere. One
// that has not asked for a link is sent to where it can.
func (a *Auth) showCode(w http.ResponseWriter, r *web.Request) error {
	if a.waiting(r) == "" {
		http.Redirect(w, r.Request, a.options.SignInPath, http.StatusSeeOther)
		return nil
	}
	return show(w, http.StatusOK, "code.html", codePage{App: a.options.App, Once: newToken(), SignIn: a.options.SignInPath})
}

// useTypedCode lets the browser that waits in, by the code that its link shows
// wherever it was opened. It answers as [Auth.verify] does.
func (a *Auth) useTypedCode(w http.ResponseWriter, r *web.Request) error {
	if isForm(r) {
		return a.codeForm(w, r)
	}
	var body struct {
		Code string `json:"code"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	session, _, err := a.useCode(w, r, digits(body.Code), r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	return a.answer(w, r, session)
}

func (a *Auth) codeForm(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	session, link, err := a.useCode(w, r, digits(r.PostForm.Get("code")), r.PostForm.Get("once"))
	var wrong *store.Refusal
	if errors.Is(err, magiclink.ErrWrongCode) && errors.As(err, &wrong) && wrong.Details["tries_left"] != 0 {
		return show(w, http.StatusBadRequest, "code.html", codePage{App: a.options.App, Once: newToken(), SignIn: a.options.SignInPath, Wrong: true})
	}
	if err != nil {
		return a.showRefusal(w, err)
	}
	a.setCookie(w, session.Token, session.Session.Expires)
	a.redirect(w, r, link.RedirectTo)
	return nil
}

// digits is a code as people type it, without what they put between its parts.
func digits(code string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(code)
}
