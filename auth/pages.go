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

type refusalPage struct{ App, SignIn string }

// showRefusal explains to a person that a link does not work any more, be it for too
// many wrong codes. Any other error stays one.
func (a *Auth) showRefusal(w http.ResponseWriter, err error) error {
	if !errors.Is(err, magiclink.ErrInvalidToken) && !errors.Is(err, magiclink.ErrWrongCode) {
		return err
	}
	return show(w, http.StatusBadRequest, "refusal.html", refusalPage{a.app, a.signIn})
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
