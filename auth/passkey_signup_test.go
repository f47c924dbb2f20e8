package auth_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

// fixed returns the options of a ceremony without what differs each time.
func (s *site) fixed(t *testing.T, path, body string) string {
	t.Helper()
	options := s.do(t, http.MethodPost, path+"/begin", body).want(t, http.StatusOK).body
	return regexp.MustCompile(`"(challenge|id)":"[\w-]{40,}"`).ReplaceAllString(options, "")
}

func TestBeginningTellsNotWhoIsKnown(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		s.register(t, s.signIn(t, "ada@example.com"), authtest.NewAuthenticator(origin))
		s.signIn(t, "bob@example.com") // who has no passkey
		login0 := s.fixed(t, login, "{}")
		for _, address := range []string{"ada@example.com", "bob@example.com", "eve@example.com"} {
			if got := s.fixed(t, login, fmt.Sprintf(`{"email":%q}`, address)); got != login0 {
				t.Errorf("%s: %s, want %s", address, got, login0)
			}
		}
		if strings.Contains(login0, "allowCredentials") || !strings.Contains(login0, `"mediation":"conditional"`) {
			t.Errorf("options %s", login0)
		}
		known, unknown := s.fixed(t, signUp, `{"email":"ada@example.com"}`), s.fixed(t, signUp, `{"email":"eve@example.com"}`)
		if want := strings.ReplaceAll(known, "ada@", "eve@"); unknown != want {
			t.Errorf("sign-up of somebody unknown: %s, want %s", unknown, want)
		}
		s.do(t, http.MethodPost, login+"/begin", `{"email":"ada"}`).refused(t, http.StatusUnprocessableEntity, "invalid")
		s.do(t, http.MethodPost, signUp+"/begin", `{"email":""}`).refused(t, http.StatusUnprocessableEntity, "invalid")
		s.do(t, http.MethodPost, signUp+"/begin", `{"email":"a@example.com","name":"a\u0000"}`).refused(t, http.StatusUnprocessableEntity, "invalid")
	})
}

func TestLoginByAddress(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		key := authtest.NewAuthenticator(origin)
		s.register(t, s.signIn(t, "ada@example.com"), key)
		s.signIn(t, "eve@example.com")
		for address, status := range map[string]int{
			" Ada@example.com": http.StatusOK, "eve@example.com": http.StatusBadRequest, "nobody@example.com": http.StatusBadRequest,
		} {
			shown := s.begin(t, login, fmt.Sprintf(`{"email":%q}`, address), key.Get, authtest.Session{})
			answer := s.complete(t, login, shown, authtest.Session{}).want(t, status)
			if status != http.StatusOK {
				answer.refused(t, status, "other_account")
			}
		}
	})
}

// signUp makes an account with a passkey.
func (s *site) signUp(t *testing.T, address string, by *authtest.Authenticator) (session authtest.Session) {
	t.Helper()
	made := s.begin(t, signUp, fmt.Sprintf(`{"email":%q,"name":"Ada"}`, address), by.Create, authtest.Session{})
	s.complete(t, signUp, made, authtest.Session{}).want(t, http.StatusOK).decode(t, &session)
	return session
}

func TestSignUpWithAPasskey(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		key := authtest.NewAuthenticator(origin)
		ada := s.signUp(t, "ada@example.com", key)
		if ada.User.Email != "ada@example.com" || ada.User.Name != "Ada" {
			t.Errorf("signed up: %+v", ada.User)
		}
		if got := s.whoami(t, ada.Authorize); got.ID != ada.User.ID || got.Level != auth.LevelStrong {
			t.Errorf("actor = %+v", got)
		}
		var again authtest.Session
		s.login(t, key).want(t, http.StatusOK).decode(t, &again)
		if again.User.ID != ada.User.ID {
			t.Errorf("signed in as %s, want %s", again.User.ID, ada.User.ID)
		}
		// Whoever reads the mail of the address is somebody else until it is confirmed.
		if owner := s.signIn(t, "ada@example.com"); owner.User.ID == ada.User.ID {
			t.Error("an address that was not confirmed leads to the account that named it")
		}
		id := s.passkeys(t, ada).Items[0].ID
		s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).refused(t, http.StatusConflict, "last_way_in")
		s.register(t, ada, authtest.NewAuthenticator(origin))
		s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).want(t, http.StatusOK)
	})
}

func TestTheAddressOfASignUpIsConfirmedByMail(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		key := authtest.NewAuthenticator(origin)
		ada := s.signUp(t, "ada@example.com", key)
		s.confirm(t, ada, s.addressToken(t, "ada@example.com")).want(t, http.StatusOK)
		if back := s.signIn(t, "ada@example.com"); back.User.ID != ada.User.ID {
			t.Errorf("the address leads to %s, want %s", back.User.ID, ada.User.ID)
		}
		id := s.passkeys(t, ada).Items[0].ID // not the last way in any more
		s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).want(t, http.StatusOK)

		s.signUp(t, "ada@example.com", authtest.NewAuthenticator(origin))
		s.awaitLetter(t, "ada@example.com", "address_taken")
	})
}

func TestAnAddressThatIsNotConfirmedBringsNoRole(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	root := s.signUp(t, "root@example.com", authtest.NewAuthenticator(origin))
	if got := s.whoami(t, root.Authorize); slices.Contains(got.Roles, auth.RoleAdmin) || slices.Contains(root.User.Roles, auth.RoleAdmin) {
		t.Errorf("actor %+v, session %+v: an administrator by a name that anybody can give", got, root.User)
	}
}

func TestSignUpOfAKnownAddressIsAnotherAccount(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		eve := s.signUp(t, "ada@example.com", authtest.NewAuthenticator(origin))
		if eve.User.ID == ada.User.ID {
			t.Fatal("a passkey was added to the account of whoever owns the address")
		}
		if got := len(s.passkeys(t, ada).Items); got != 0 {
			t.Errorf("the owner has %d passkeys", got)
		}
		if back := s.signIn(t, "ada@example.com"); back.User.ID != ada.User.ID {
			t.Errorf("the address leads to %s, want %s", back.User.ID, ada.User.ID)
		}
	})
}
