package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// proof is what a provider said about the one who sits at a browser.
type proof struct {
	provider   *oauth.Provider
	identity   oauth.Identity
	token      *oauth2.Token
	redirectTo string
	browser    string // hash of its cookie
}

func (p proof) account() identity {
	return identity{Provider: p.provider.Name, Issuer: p.identity.Issuer, Subject: p.identity.Subject, Email: p.identity.Email}
}

// method is how signing in with a provider is called in events.
func (p proof) method() string { return oauthMethod + p.provider.Name }

const oauthMethod = "oauth:"

var (
	errNoAddress = errors.New("auth: the provider tells no address")
	errElsewhere = errors.New("auth: the account is linked to another user")
	errSignedOut = errors.New("auth: whoever began to link an account is not signed in any more")
)

// signInProved lets somebody in whose account is known, or whose address is proved and
// nobody's yet. Anybody else has to show first that they read the address's mail: it
// may be somebody else's account here, or somebody else's address there.
func (a *Auth) signInProved(w http.ResponseWriter, r *web.Request, p proof) error {
	const tries = 5 // what was looked up may change before it counts
	for range tries {
		e, err := a.entryOf(r.Context(), p)
		if err != nil {
			return err
		}
		if e.UserID == "" && !e.New {
			return a.askToConfirm(w, r, p, e.Email)
		}
		s, err := a.enter(w, r, e)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		a.keepToken(r.Context(), s.Session.Owner, p.provider, p.token)
		a.admit(w, r, s, p.redirectTo)
		return nil
	}
	return store.ErrConflict
}

// entryOf decides by the account, whatever address it has by now, and only when nobody
// has it by the address. An entry that is neither for a user who is known nor for a new
// one has to be confirmed by mail.
func (a *Auth) entryOf(ctx context.Context, p proof) (entry, error) {
	account := p.account()
	address, malformed := normalise(p.identity.Email)
	// In this order, as both are claimed at once: who has the address because they are
	// just signing up with the account is found to have the account too.
	namesake, err := a.rt.ClaimOwner(ctx, a.addressClaim(address))
	if err != nil {
		return entry{}, err
	}
	owner, err := a.rt.ClaimOwner(ctx, a.identityClaim(account))
	e := entry{Method: p.method(), Level: LevelBasic, UserID: owner.Key}
	switch {
	case err != nil || e.UserID != "":
		return e, err
	case malformed != nil:
		return e, errNoAddress
	}
	e.Email, e.Proved, e.Name, e.Identity = address, true, presentable(p.identity.Name), &account
	e.New = namesake.Key == "" && p.identity.EmailVerified
	return e, nil
}

// presentable leaves out a name that nobody could have given themselves here.
func presentable(name string) string {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, unicode.IsControl) {
		return ""
	}
	return name
}

// admit hands the session to a browser and sends it on.
func (a *Auth) admit(w http.ResponseWriter, r *web.Request, s entered, to string) {
	a.setCookie(w, s.Token, s.Session.Expires)
	a.redirect(w, r, to)
}

// linkProved adds an account to the user who asked for it, and who must still be the
// one at the browser.
func (a *Auth) linkProved(w http.ResponseWriter, r *web.Request, p proof, user string) error {
	if r.Actor().ID != user {
		return errSignedOut
	}
	account := p.account()
	owner, err := a.rt.ClaimOwner(r.Context(), a.identityClaim(account))
	if err != nil {
		return err
	}
	if owner.Key != user {
		key, err := a.keys.Of(r.Context(), user)
		if err != nil {
			return err
		}
		_, err = a.users.Send(r.Context(), user, LinkIdentity{Identity: *a.sealIdentity(key, account)})
		if errors.Is(err, store.ErrTaken) {
			return errElsewhere
		}
		if err != nil {
			return err
		}
	}
	a.keepToken(r.Context(), user, p.provider, p.token)
	a.redirect(w, r, p.redirectTo)
	return nil
}
