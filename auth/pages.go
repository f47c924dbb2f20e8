package auth

import (
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/composable-go/composable/auth/magiclink"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// verifyPage has a code when another device has asked for the link.
type verifyPage struct{ App, Email, Device, Site, Code, Token, Once, RedirectTo string }

type codePage struct {
	App, Once, SignIn string
	Wrong             bool
}

type refusalPage struct{ App, SignIn, Title, Says string }

// showRefusal explains to a person that a link does not work any more, be it for too
// many wrong codes, or that it did not do this time. Any other error stays one.
func (a *Auth) showRefusal(w http.ResponseWriter, err error) error {
	page, status := refusalPage{
		a.options.App, a.options.SignInPath, "This link no longer works",
		"Links in mails work once and for a short time only, and a newer one replaces those before it. Ask for a new one; it takes a moment.",
	}, http.StatusBadRequest
	switch {
	case errors.Is(err, magiclink.ErrInvalidToken), errors.Is(err, magiclink.ErrWrongCode):
	case isRisk(err):
		page.Title, page.Says, status = "You are not signed in", "Sorry, "+err.Error()+".", http.StatusForbidden
	default:
		return err
	}
	return show(w, status, "refusal.html", page)
}

func show(w http.ResponseWriter, status int, name string, page any) error {
	var body strings.Builder
	if err := pages.ExecuteTemplate(&body, name, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body.String()))
	return nil
}
