package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

const confirm = "/auth/me/email/confirm"

// askForAddress has a link mailed and returns its token.
func (s *site) askForAddress(t *testing.T, as authtest.Session, address string) (token string) {
	t.Helper()
	s.do(t, http.MethodPost, "/auth/me/email", fmt.Sprintf(`{"email":%q}`, address), as.Authorize).want(t, http.StatusAccepted)
	return s.addressToken(t, address)
}

// addressToken is the token of the link in the next mail, which confirms the address.
func (s *site) addressToken(t *testing.T, address string) (token string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	mail, err := s.box.Next(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(regexp.QuoteMeta(confirm) + `\?token=([\w-]+)`).FindStringSubmatch(mail.Text)
	if found == nil {
		t.Fatalf("no link in the mail:\n%s", mail.Text)
	}
	return found[1]
}

// confirm presses the button of a link's page.
func (s *site) confirm(t *testing.T, as authtest.Session, token string) answer {
	t.Helper()
	return s.do(t, http.MethodPost, confirm, url.Values{"token": {token}}.Encode(), form, as.Authorize)
}

func (s *site) address(t *testing.T, as authtest.Session) string {
	t.Helper()
	var me authtest.User
	s.do(t, http.MethodGet, "/auth/me", "", as.Authorize).want(t, http.StatusOK).decode(t, &me)
	return me.Email
}

func TestChangeOfAddress(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
		token := s.askForAddress(t, ada, "lovelace@example.com")
		for range 2 { // a scanner looks, and looks again
			page := s.do(t, http.MethodGet, confirm+"?token="+token, "", ada.Authorize).want(t, http.StatusOK)
			if !strings.Contains(page.body, "lovelace@example.com") || strings.Contains(page.body, "ada@example.com") {
				t.Errorf("the page is %s", page.body)
			}
		}
		if got := s.address(t, ada); got != "ada@example.com" {
			t.Fatalf("before the button is pressed the address is %s", got)
		}
		before := len(s.events(t))
		s.confirm(t, ada, token).want(t, http.StatusOK)
		if diff := cmp.Diff([]string{"EmailChanged"}, s.events(t)[before:]); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if got := s.address(t, ada); got != "lovelace@example.com" {
			t.Errorf("the address is %s", got)
		}
		if text := s.letter(t, "ada@example.com", "address"); strings.Contains(text, "token=") {
			t.Errorf("the old address is told %s", text)
		}
		if again := authtest.SignIn(t, s.url, s.box, "lovelace@example.com"); again.User.ID != ada.User.ID {
			t.Errorf("the new address is that of %s, want %s", again.User.ID, ada.User.ID)
		}
		if other := authtest.SignIn(t, s.url, s.box, "ada@example.com"); other.User.ID == ada.User.ID {
			t.Error("the old address still is that of the user")
		}
		s.confirm(t, ada, token).want(t, http.StatusBadRequest)
	})
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada, eve := authtest.SignIn(t, s.url, s.box, "ada@example.com"), authtest.SignIn(t, s.url, s.box, "eve@example.com")
	free := s.do(t, http.MethodPost, "/auth/me/email", `{"email":"bob@example.com"}`, eve.Authorize).want(t, http.StatusAccepted)
	taken := s.do(t, http.MethodPost, "/auth/me/email", `{"email":"ada@example.com"}`, eve.Authorize).want(t, http.StatusAccepted)
	if free.body != taken.body || len(free.Header) != len(taken.Header) {
		t.Errorf("a free address is answered %s, one that is taken %s", free.body, taken.body)
	}
	mail, err := s.box.Next(t.Context(), "ada@example.com")
	if err != nil || strings.Contains(mail.Text, "token=") || strings.Contains(mail.Text, "eve@example.com") {
		t.Errorf("its owner is told %s, %v", mail.Text, err)
	}
	if got := s.address(t, ada); got != "ada@example.com" {
		t.Errorf("the address is %s", got)
	}
}

// TestAnAddressGoesToOne has somebody sign up with an address while somebody else makes
// it theirs; both read its mail.
func TestAnAddressGoesToOne(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
		confirmation, link := s.askForAddress(t, ada, "free@example.com"), authtest.Link(t, s.url, s.box, "free@example.com")
		var status int
		var signedIn authtest.Session
		at(2, func(i int) {
			if i == 0 {
				status = s.confirm(t, ada, confirmation).StatusCode
				return
			}
			s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, link)).want(t, http.StatusOK).decode(t, &signedIn)
		})
		confirmed := status == http.StatusOK
		if hers := signedIn.User.ID == ada.User.ID; hers != confirmed || (s.address(t, ada) == "free@example.com") != confirmed {
			t.Errorf("the confirmation is answered %d, %s signs in as %s, and ada's address is %s",
				status, "free@example.com", signedIn.User.ID, s.address(t, ada))
		}
	})
}

func TestALinkForAnAddressIsWorthNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	token := s.askForAddress(t, ada, "new@example.com")
	s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, token)).refused(t, http.StatusBadRequest, "invalid_token")
	s.confirm(t, ada, authtest.Link(t, s.url, s.box, "ada@example.com")).want(t, http.StatusBadRequest)
	s.do(t, http.MethodGet, confirm+"?token=none", "").want(t, http.StatusBadRequest)
	s.confirm(t, ada, token).want(t, http.StatusOK)
}

func TestALinkOfSomebodyWhoIsErased(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	token := s.askForAddress(t, ada, "new@example.com")
	s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).want(t, http.StatusNoContent)
	heir := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	s.confirm(t, heir, token).want(t, http.StatusForbidden)
}

// TestNobodyIsLuredIntoGivingTheirAddressAway has somebody who reads the mail of an
// address press the button that a stranger had mailed there.
func TestNobodyIsLuredIntoGivingTheirAddressAway(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		eve := authtest.SignIn(t, s.url, s.box, "eve@example.com")
		token := s.askForAddress(t, eve, "ada@example.com")
		s.do(t, http.MethodGet, confirm+"?token="+token, "").want(t, http.StatusForbidden)
		s.do(t, http.MethodPost, confirm, url.Values{"token": {token}}.Encode(), form).want(t, http.StatusForbidden)
		ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
		s.confirm(t, ada, token).want(t, http.StatusForbidden)
		s.confirm(t, eve, token).want(t, http.StatusBadRequest) // it has become hers meanwhile
		if ada.User.ID == eve.User.ID || s.address(t, eve) != "eve@example.com" {
			t.Errorf("ada is %s, eve %s with the address %s", ada.User.ID, eve.User.ID, s.address(t, eve))
		}
	})
}

func TestRightsThatComeWithAnAddressGoWithIt(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	root := authtest.SignIn(t, s.url, s.box, "root@example.com")
	s.confirm(t, root, s.askForAddress(t, root, "private@example.com")).want(t, http.StatusOK)
	s.letter(t, "root@example.com", "address")
	s.do(t, http.MethodGet, "/whoami", "", root.Authorize).want(t, http.StatusUnauthorized)
	private := authtest.SignIn(t, s.url, s.box, "private@example.com")
	if private.User.ID != root.User.ID || s.whoami(t, private.Authorize).Has(auth.RoleAdmin) {
		t.Errorf("the user is %+v", private.User)
	}
	s.confirm(t, private, s.askForAddress(t, private, "root@example.com")).want(t, http.StatusOK)
	if again := authtest.SignIn(t, s.url, s.box, "root@example.com"); !s.whoami(t, again.Authorize).Has(auth.RoleAdmin) {
		t.Errorf("the user is %+v", again.User)
	}
}

func TestAskingForAnAddress(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	s.do(t, http.MethodPost, "/auth/me/email", `{"email":"new@example.com"}`).refused(t, http.StatusUnauthorized, "unauthenticated")
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	for _, body := range []string{`{}`, `{"email":"ada"}`, `{"email":"Ada <ada@example.com>"}`} {
		s.do(t, http.MethodPost, "/auth/me/email", body, ada.Authorize).refused(t, http.StatusUnprocessableEntity, "invalid")
	}
}
