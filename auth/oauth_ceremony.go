package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

const (
	ceremonyKind = "oauth"
	ceremonyLife = 10 * time.Minute
)

// ceremony is what is remembered of a browser that was sent to a provider. Its row, by
// the hash of the state, holds it sealed.
type ceremony struct {
	Provider   string        `json:"provider"`
	Attempt    oauth.Attempt `json:"attempt"`
	RedirectTo string        `json:"redirect_to"`
	Browser    string        `json:"browser"`        // hash of its cookie
	User       string        `json:"user,omitempty"` // who links an account; "" to sign in
}

var (
	errNoCeremony   = errors.New("auth: the state belongs to no ceremony, or to one that is over")
	errOtherBrowser = errors.New("auth: the ceremony was begun in another browser")
)

// beginCeremony returns where to send the browser.
func (a *Auth) beginCeremony(w http.ResponseWriter, r *web.Request, p *oauth.Provider, redirectTo, user string) (location string, err error) {
	callback := a.origin + "/auth/oauth/" + p.Name + "/callback"
	location, attempt, err := p.Begin(r.Context(), callback)
	if err != nil {
		return "", err
	}
	cookie := a.oauthCookie(r)
	plain, err := json.Marshal(ceremony{p.Name, attempt, redirectTo, hash(cookie), user})
	if err != nil {
		return "", err
	}
	key := hash(attempt.State)
	row := store.Row{Kind: ceremonyKind, Key: key, Data: a.sealRow(ceremonyKind, key, plain), Expires: time.Now().Add(ceremonyLife).UTC()}
	if err := a.rt.Change(r.Context(), store.Insert(row)); err != nil {
		return "", err
	}
	http.SetCookie(w, &http.Cookie{
		Name: a.cookie("oauth"), Value: cookie, Path: "/", MaxAge: int((ceremonyLife + a.options.LinkLife).Seconds()),
		HttpOnly: true, Secure: a.https, SameSite: http.SameSiteLaxMode,
	})
	return location, nil
}

// oauthCookie returns what tells the browser from others; the same for all its tabs.
func (a *Auth) oauthCookie(r *web.Request) string {
	if cookie, err := r.Cookie(a.cookie("oauth")); err == nil && len(cookie.Value) == tokenLength {
		return cookie.Value
	}
	return newToken()
}

// takeCeremony ends the ceremony of a state, whatever comes of it. One that belongs to
// another browser goes on.
func (a *Auth) takeCeremony(r *web.Request, p *oauth.Provider) (c ceremony, err error) {
	key := hash(r.URL.Query().Get("state"))
	row, ok, err := a.rt.Row(r.Context(), ceremonyKind, key)
	if err != nil {
		return c, err
	}
	if !ok {
		return c, errNoCeremony
	}
	plain, err := a.openRow(row)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, fmt.Errorf("auth: what is known of a ceremony is malformed: %w", err)
	}
	switch {
	case c.Browser != hash(a.oauthCookie(r)):
		return c, errOtherBrowser
	case c.Provider != p.Name:
		return c, errNoCeremony
	}
	err = a.rt.Change(r.Context(), store.Take(ceremonyKind, key))
	if errors.Is(err, store.ErrRow) {
		err = errNoCeremony
	}
	return c, err
}

// sealRow makes the data of a row that only the servers read.
func (a *Auth) sealRow(kind, key string, plain []byte) []byte {
	return []byte(`"` + a.ring.Seal(kind+":"+key, plain) + `"`)
}

func (a *Auth) openRow(row store.Row) ([]byte, error) {
	var sealed string
	if err := json.Unmarshal(row.Data, &sealed); err != nil {
		return nil, fmt.Errorf("auth: the row of a %s is malformed: %w", row.Kind, err)
	}
	plain, err := a.ring.Open(row.Kind+":"+row.Key, sealed)
	if err != nil {
		return nil, fmt.Errorf("auth: the row of a %s cannot be opened: %w", row.Kind, err)
	}
	return plain, nil
}
