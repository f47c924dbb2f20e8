package auth

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/web"
)

// messagePage tells a person what has happened and what they can do.
type messagePage struct{ App, Title, Text, SignIn string } // SignIn has a button when it is not ""

// showOAuthFailure explains what went wrong, in words of ours only. An error that is
// not about signing in with a provider stays one.
func (a *Auth) showOAuthFailure(w http.ResponseWriter, r *web.Request, p *oauth.Provider, err error) error {
	f, ok := oauthFailureOf(err)
	if !ok {
		return err
	}
	if f.status >= http.StatusInternalServerError {
		a.options.Logger.ErrorContext(r.Context(), "a provider could not be used", "provider", p.Name, "error", err)
	}
	if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30")
	}
	about := strings.NewReplacer("PROVIDER", p.Title)
	return show(w, f.status, "message.html", messagePage{a.options.App, about.Replace(f.title), about.Replace(f.text), a.options.SignInPath})
}

type oauthFailure struct {
	err         error
	status      int
	title, text string // PROVIDER stands for its title
}

// oauthFailureOf looks up what went wrong.
func oauthFailureOf(err error) (f oauthFailure, ok bool) {
	failures := oauthFailures()
	i := slices.IndexFunc(failures, func(f oauthFailure) bool { return errors.Is(err, f.err) })
	if i < 0 {
		return f, false
	}
	return failures[i], true
}

// oauthFailures are what can go wrong.
func oauthFailures() []oauthFailure {
	return []oauthFailure{
		{errNoCeremony, http.StatusBadRequest, "This sign-in is over", "It was completed already or took too long. Begin again; it takes a moment."},
		{errOtherBrowser, http.StatusForbidden, "Begun in another browser", "This sign-in was begun elsewhere and can only be completed there. Begin again in this browser."},
		{errNoAddress, http.StatusUnprocessableEntity, "Which address is yours?", "PROVIDER did not tell your e-mail address, which an account here needs. Sign in by e-mail; afterwards you can link PROVIDER to your account."},
		{errElsewhere, http.StatusConflict, "Somebody else's already", "This account at PROVIDER is linked to another user here. Sign in with PROVIDER to become that user, or unlink it there first."},
		{ErrAlreadyLinked, http.StatusConflict, "Another one is linked", "Another account at PROVIDER is linked to you. Unlink it, then link this one."},
		{errSignedOut, http.StatusUnauthorized, "You are signed out", "The session in which you began to link PROVIDER has ended. Sign in and begin again."},
		{ErrSignInRefused, http.StatusForbidden, "You are not signed in", "This does not look like you, so nobody was let in, and a mail is on its way to the owner of the account."},
		{ErrPasskeyRequired, http.StatusForbidden, "Your passkey is needed", "This does not look like you, so PROVIDER alone is not enough this time. Sign in with your passkey."},
		{oauth.ErrDenied, http.StatusForbidden, "Not signed in", "You, or PROVIDER, declined to tell us who you are, and nothing has happened. Try again, or sign in by e-mail."},
		{oauth.ErrUnreachable, http.StatusServiceUnavailable, "PROVIDER does not answer", "That is usually over soon. Try again in a minute, or sign in by e-mail."},
		{oauth.ErrMisconfigured, http.StatusInternalServerError, "PROVIDER does not know this site", "Something is not set up as PROVIDER expects it. Those who run this site can see that in their logs; until it is mended, sign in by e-mail."},
		{oauth.ErrGrant, http.StatusBadRequest, "This sign-in is over", "PROVIDER says that it was completed already or took too long. Begin again; it takes a moment."},
		{oauth.ErrUntrusted, http.StatusBadRequest, "Not signed in", "What PROVIDER answered cannot be trusted, so nothing has happened. Begin again."},
	}
}
