package auth_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth/authtest"
)

const confirmPath = "/auth/oauth/confirm"

// confirmation reads the link that was mailed to somebody who came with an account.
func (s *site) confirmation(t *testing.T, address string) (token string) {
	t.Helper()
	for { // past the notices
		mail, err := s.box.Next(patient(t), address)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`/auth/oauth/confirm\?token=([\w-]+)`).FindStringSubmatch(mail.Text); found != nil {
			return found[1]
		}
	}
}

// press presses the button of the page that a link opens.
func (b *browser) press(t *testing.T, token, once string) answer {
	t.Helper()
	return b.do(t, http.MethodPost, confirmPath, url.Values{"token": {token}, "once": {once}}.Encode(), form)
}

// confirm reads the mail and presses the button.
func (b *browser) confirm(t *testing.T, address string) answer {
	t.Helper()
	return b.press(t, b.confirmation(t, address), "")
}

// TestAnOwnerConfirms is about an address that both sides have verified.
func TestAnOwnerConfirms(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		ada := authtest.SignIn(t, n[0].url, n[0].box, "ada@example.com").User
		there := n[0].browser()
		there.signIn(t, p, adaThere).page(t, http.StatusOK, "ada@example.com")
		before := n[0].events(t)
		token := there.confirmation(t, "ada@example.com")
		phone := n[len(n)-1].browser() // where the mail is read
		for range 2 {
			phone.do(t, http.MethodGet, confirmPath+"?token="+token, "").page(t, http.StatusOK, "Sign in and connect Example")
		}
		phone.do(t, http.MethodHead, confirmPath+"?token="+token, "").want(t, http.StatusOK)
		if diff := cmp.Diff(before, n[0].events(t)); diff != "" || phone.user(t).ID != "" || there.user(t).ID != "" {
			t.Fatalf("to look at the page does something (-before +after):\n%s", diff)
		}
		for range 2 {
			in := phone.press(t, token, "once").want(t, http.StatusSeeOther)
			if got := phone.user(t); got.ID != ada.ID || in.Header.Get("Location") == "" {
				t.Errorf("pressing signs in %+v, want %+v", got, ada)
			}
		}
		want := []string{"ProfileChanged", "IdentityLinked", "DeviceSeen", "UserLoggedIn", "SessionStarted"}
		if diff := cmp.Diff(want, n[0].events(t)[len(before):]); diff != "" {
			t.Errorf("events of pressing twice (-want +got):\n%s", diff)
		}
		if again := p.SignIn(t, n[0].url, "example", adaThere); again.User.ID != ada.ID {
			t.Errorf("the account signs in %+v, want %+v", again.User, ada)
		}
		if _, err := n[0].auth.ProviderToken(t.Context(), ada.ID, "example"); err != nil {
			t.Errorf("the tokens were lost on the way: %v", err)
		}
		phone.press(t, token, "another time").page(t, http.StatusBadRequest, "no longer works")
		phone.press(t, "x", "").page(t, http.StatusBadRequest, "no longer works")
		phone.do(t, http.MethodGet, confirmPath+"?token="+token, "").page(t, http.StatusBadRequest, "no longer works")
	})
}

// TestAnUnverifiedAddressProvesNothing is about an address that the provider has not
// verified. Who owns it may be lured to confirm, but from a browser of their own.
func TestAnUnverifiedAddressProvesNothing(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		s := n[0]
		ada := authtest.SignIn(t, s.url, s.box, "ada@example.com").User
		before := s.events(t)
		for _, address := range []string{"ada@example.com", "new@example.com"} {
			mallory, owner := s.browser(), s.browser()
			mallory.signIn(t, p, authtest.Person{Subject: "of " + address, Email: address}).page(t, http.StatusOK, "Look at your mail")
			token := mallory.confirmation(t, address)
			owner.do(t, http.MethodGet, confirmPath+"?token="+token, "").page(t, http.StatusForbidden, "begun elsewhere")
			owner.press(t, token, "").page(t, http.StatusForbidden, "begun elsewhere")
			if mallory.user(t).ID != "" || owner.user(t).ID != "" {
				t.Errorf("%s, which is not verified, signs in", address)
			}
			if diff := cmp.Diff(before, s.events(t)); diff != "" {
				t.Errorf("events (-before +after):\n%s", diff)
			}
			// Whoever began and reads the mail too is the owner.
			mallory.press(t, token, "").want(t, http.StatusSeeOther)
			got := mallory.user(t)
			if got.Email != address || (got.ID == ada.ID) != (address == ada.Email) {
				t.Errorf("confirming signs in %+v", got)
			}
			if again := p.SignIn(t, s.url, "example", authtest.Person{Subject: "of " + address}); again.User.ID != got.ID {
				t.Errorf("the account signs in %+v, want %+v", again.User, got)
			}
			before = s.events(t)
		}
	})
}

func TestAnAccountThatWasLinkedBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	s := inMemory(t, knows(p))
	ada, eve := s.browser(), s.browser()
	adaHere := ada.signInByMail(t, "ada@example.com")
	eve.signInByMail(t, "eve@example.com")

	visitor := s.browser()
	visitor.signIn(t, p, adaThere).page(t, http.StatusOK, "Look at your mail")
	token := s.confirmation(t, "ada@example.com")
	eve.do(t, http.MethodGet, consent(t, p, eve.link(t), adaThere), "").want(t, http.StatusSeeOther)
	visitor.press(t, token, "").page(t, http.StatusConflict, "another user")

	eve.do(t, http.MethodDelete, "/auth/identities/example", "").want(t, http.StatusNoContent)
	ada.do(t, http.MethodGet, consent(t, p, ada.link(t), adaThere), "").want(t, http.StatusSeeOther)
	visitor.press(t, token, "").want(t, http.StatusSeeOther)
	if got := visitor.user(t); got.ID != adaHere.ID {
		t.Errorf("signed in as %+v, want %+v", got, adaHere)
	}
}

func TestALinkIsOfUseForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	s := inMemory(t, knows(p))
	token := authtest.Link(t, s.url, s.box, "ada@example.com")
	b := s.browser()
	b.press(t, token, "").page(t, http.StatusBadRequest, "no longer works")
	authtest.SignIn(t, s.url, s.box, "ada@example.com")
	b.signIn(t, p, adaThere).page(t, http.StatusOK, "Look at your mail")
	s.do(t, http.MethodPost, verify, `{"token":"`+s.confirmation(t, "ada@example.com")+`"}`).refused(t, http.StatusBadRequest, "invalid_token")
}
