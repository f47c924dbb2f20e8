package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// purposeLinkIdentity is what links are for that confirm an account at a provider.
const purposeLinkIdentity = "link_identity"

const confirmPath = "/auth/oauth/confirm"

// confirmation is the payload of such a link.
type confirmation struct {
	Identity oauth.Identity `json:"identity"`
	Token    *oauth2.Token  `json:"token"`

	// Browser is the hash of the cookie of the only browser that may confirm; any may
	// when it is "". Without it somebody could wait for the owner of an address, which
	// the provider never checked, to confirm an account that is not theirs.
	Browser string `json:"browser,omitempty"`
}

// askToConfirm mails a link to the address that the provider tells, and says the same
// whether it belongs to a user or not.
func (a *Auth) askToConfirm(w http.ResponseWriter, r *web.Request, p proof, address string) error {
	if err := a.spend(r.Context(), limitMail, perNetwork, network(r.Request)); err != nil {
		return err
	}
	if err := a.spendAddress(r.Context(), address); err != nil {
		return err
	}
	c := confirmation{Identity: p.identity, Token: p.token}
	if !p.identity.EmailVerified {
		c.Browser = p.browser
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = a.links.Request(r.Context(), magiclink.Request{
		ID: r.NewID(), Purpose: purposeLinkIdentity, Email: address, RedirectTo: p.redirectTo, Device: deviceName(r), Payload: string(payload),
	})
	if err != nil {
		return err
	}
	return show(w, http.StatusOK, "message.html", messagePage{
		App: a.options.App, Title: "Look at your mail",
		Text: fmt.Sprintf("We have sent a link to %s. Open it in this browser, to show that the address is yours; then you are signed in, and %s is connected.", address, p.provider.Title),
	})
}

type confirmPage struct{ App, Provider, Email, Token, Once string }

// showConfirm changes nothing: mail scanners open links too.
func (a *Auth) showConfirm(w http.ResponseWriter, r *web.Request) error {
	token := r.URL.Query().Get("token")
	link, p, err := a.confirmation(r, token)
	if err != nil {
		return a.showConfirmFailure(w, r, p, err)
	}
	return show(w, http.StatusOK, "confirm.html", confirmPage{a.options.App, p.provider.Title, link.Email, token, newToken()})
}

// confirm signs in whoever owns the address of a link, or somebody new, and links the
// account, all with one commit. Pressed twice, the button answers the same twice.
func (a *Auth) confirm(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	token := r.PostForm.Get("token")
	session := a.sessionToken(token, r.PostForm.Get("once"))
	link, p, err := a.confirmation(r, token)
	var s entered
	if err == nil {
		s, err = a.enterConfirmed(w, r, link, p, session)
	}
	if errors.Is(err, magiclink.ErrInvalidToken) || errors.Is(err, store.ErrRow) {
		if s, err = a.session(r.Context(), session); errors.Is(err, ErrBadToken) {
			err = magiclink.ErrInvalidToken
		}
	}
	if err != nil {
		a.failed(r, failure{Method: purposeLinkIdentity, Tried: token, Err: err})
		return a.showConfirmFailure(w, r, p, err)
	}
	a.admit(w, r, s, p.redirectTo)
	return nil
}

// confirmation finds what a link confirms, if this browser may.
func (a *Auth) confirmation(r *web.Request, token string) (link magiclink.Link, p proof, err error) {
	p.redirectTo = "/"
	link, err = a.links.Find(r.Context(), purposeLinkIdentity, token)
	if err != nil {
		return link, p, err
	}
	var c confirmation
	if err := json.Unmarshal([]byte(link.Payload), &c); err != nil {
		return link, p, fmt.Errorf("auth: the payload of a link is malformed: %w", err)
	}
	p.identity, p.token, p.redirectTo = c.Identity, c.Token, link.RedirectTo
	if p.provider, err = a.provider(c.Identity.Provider); err != nil {
		return link, p, magiclink.ErrInvalidToken // it was taken out of the configuration
	}
	if c.Browser != "" && c.Browser != hash(a.oauthCookie(r)) {
		return link, p, errOtherBrowser
	}
	return link, p, nil
}

func (a *Auth) enterConfirmed(w http.ResponseWriter, r *web.Request, link magiclink.Link, p proof, session string) (entered, error) {
	account := p.account()
	e := entry{
		Method: p.method(), Level: LevelBasic, Email: link.Email, Proved: true, Name: presentable(p.identity.Name),
		Identity: &account, Token: session, Proofs: make([]Proof, 1),
	}
	e.Proofs[0].Kind, e.Proofs[0].Key = link.Proof()
	owner, err := a.rt.ClaimOwner(r.Context(), a.identityClaim(account))
	if err != nil {
		return entered{}, err
	}
	if owner.Key != "" { // linked since the mail was sent
		namesake, err := a.rt.ClaimOwner(r.Context(), a.addressClaim(link.Email))
		if err != nil {
			return entered{}, err
		}
		if namesake != owner {
			return entered{}, errElsewhere
		}
		e.Identity = nil
	}
	s, err := a.enter(w, r, e)
	if err == nil {
		a.keepToken(r.Context(), s.Session.Owner, p.provider, p.token)
	}
	return s, err
}

func (a *Auth) showConfirmFailure(w http.ResponseWriter, r *web.Request, p proof, err error) error {
	if errors.Is(err, magiclink.ErrInvalidToken) {
		return a.showRefusal(w, err)
	}
	return a.showOAuthFailure(w, r, p.provider, err)
}

// confirmLetter is what the mail of such a link tells.
func (a *Auth) confirmLetter(link magiclink.Link, token string) (letter, error) {
	var c confirmation
	if err := json.Unmarshal([]byte(link.Payload), &c); err != nil {
		return letter{}, err
	}
	return letter{Device: link.Device, Provider: a.titleOf(c.Identity.Provider), Link: confirmPath + "?token=" + token}, nil
}
