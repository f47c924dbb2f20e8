package auth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

type providerItem struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// listProviders tells a sign-in page which buttons to show.
func (a *Auth) listProviders(w http.ResponseWriter, _ *web.Request) error {
	items := make([]providerItem, len(a.options.Providers))
	for i, p := range a.options.Providers {
		items[i] = providerItem{p.Name, p.Title}
	}
	return web.Reply(w, http.StatusOK, map[string]any{"items": items})
}

// checkProviders refuses what could never be signed in with.
func checkProviders(providers []*oauth.Provider) error {
	for i, p := range providers {
		if err := p.Check(); err != nil {
			return fmt.Errorf("Options.Providers: %w", err)
		}
		if slices.ContainsFunc(providers[:i], func(other *oauth.Provider) bool { return other.Name == p.Name }) {
			return fmt.Errorf("Options.Providers has two named %s; give one another name", p.Name)
		}
	}
	return nil
}

func (a *Auth) provider(name string) (*oauth.Provider, error) {
	i := slices.IndexFunc(a.options.Providers, func(p *oauth.Provider) bool { return p.Name == name })
	if i < 0 {
		return nil, web.ErrNotFound
	}
	return a.options.Providers[i], nil
}

// authorize sends a browser to a provider.
func (a *Auth) authorize(w http.ResponseWriter, r *web.Request) error {
	p, err := a.provider(r.Param("provider"))
	if err != nil {
		return err
	}
	target, err := a.redirectTarget(r.URL.Query().Get("redirect_to"))
	if err != nil {
		return err
	}
	location, err := a.beginCeremony(w, r, p, target, "")
	if err != nil {
		return a.showOAuthFailure(w, r, p, err)
	}
	http.Redirect(w, r.Request, location, http.StatusFound)
	return nil
}

// linkIdentity sends the browser of somebody who is signed in to a provider, to add an
// account there as a way to sign in.
func (a *Auth) linkIdentity(w http.ResponseWriter, r *web.Request) error {
	p, err := a.provider(r.Param("provider"))
	if err != nil {
		return err
	}
	var body struct {
		RedirectTo string `json:"redirect_to"`
	}
	form := isForm(r)
	if form {
		body.RedirectTo = r.PostFormValue("redirect_to")
	} else if err := r.JSON(&body); err != nil {
		return err
	}
	target, err := a.redirectTarget(body.RedirectTo)
	if err != nil {
		return err
	}
	location, err := a.beginCeremony(w, r, p, target, r.Actor().ID)
	switch {
	case err != nil && form:
		return a.showOAuthFailure(w, r, p, err)
	case err != nil:
		return oauthRefusal(err)
	case form:
		http.Redirect(w, r.Request, location, http.StatusSeeOther)
		return nil
	}
	return web.Reply(w, http.StatusOK, map[string]string{"location": location})
}

func (a *Auth) redirectTarget(asked string) (string, error) {
	if asked == "" {
		return "/", nil
	}
	var v web.Validation
	v.Check(a.allowsRedirect(asked), "redirect_to", "must be a path of this site, such as /tickets, or an address that it allows")
	return asked, v.Err()
}

// callback is where a provider sends the browser back to.
func (a *Auth) callback(w http.ResponseWriter, r *web.Request) error {
	p, err := a.provider(r.Param("provider"))
	if err != nil {
		return err
	}
	if err := a.complete(w, r, p, r.URL.Query()); err != nil {
		a.failed(r, failure{Method: oauthMethod + p.Name, Tried: r.URL.Query().Get("state"), Err: unproved(err)})
		return a.showOAuthFailure(w, r, p, err)
	}
	return nil
}

// unproved returns a refusal for an answer that no provider has given to this browser,
// nil for another error.
func unproved(err error) error {
	for _, forged := range []error{errNoCeremony, errOtherBrowser, oauth.ErrGrant, oauth.ErrUntrusted} {
		if errors.Is(err, forged) {
			return store.Refuse(store.BadRequest, "oauth_failed", "the provider's answer proves nothing").Because(err)
		}
	}
	return nil
}

func (a *Auth) complete(w http.ResponseWriter, r *web.Request, p *oauth.Provider, answer url.Values) error {
	c, err := a.takeCeremony(r, p)
	if err != nil {
		return err
	}
	proved, token, err := p.Complete(r.Context(), c.Attempt, answer)
	if err != nil {
		return err
	}
	at := proof{provider: p, identity: proved, token: token, redirectTo: c.RedirectTo, browser: c.Browser}
	if c.User != "" {
		return a.linkProved(w, r, at, c.User)
	}
	return a.signInProved(w, r, at)
}

// oauthRefusal is what clients that are no browsers are told.
func oauthRefusal(err error) error {
	if errors.Is(err, oauth.ErrUnreachable) {
		return store.ErrUnavailable.Because(err)
	}
	return err
}
