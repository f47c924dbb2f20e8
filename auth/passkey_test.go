package auth_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
)

const origin = "http://box.test"

// begin begins a ceremony and has it answered.
func (s *site) begin(t *testing.T, path, body string, answer func([]byte) (json.RawMessage, error), as authtest.Session) json.RawMessage {
	t.Helper()
	options := s.do(t, http.MethodPost, path+"/begin", body, as.Authorize).want(t, http.StatusOK)
	response, err := answer([]byte(options.body))
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func (s *site) complete(t *testing.T, path string, response json.RawMessage, as authtest.Session) answer {
	t.Helper()
	return s.do(t, http.MethodPost, path+"/complete", fmt.Sprintf(`{"credential":%s,"name":"My key"}`, response), as.Authorize)
}

const (
	register = "/auth/passkey/register"
	login    = "/auth/passkey/login"
	signUp   = "/auth/passkey/sign-up"
	stepUp   = "/auth/step-up"
)

// register adds a passkey to the account and returns its id.
func (s *site) register(t *testing.T, as authtest.Session, by *authtest.Authenticator) string {
	t.Helper()
	var made struct{ ID string }
	s.complete(t, register, s.begin(t, register, "{}", by.Create, as), as).want(t, http.StatusCreated).decode(t, &made)
	return made.ID
}

// login shows a passkey.
func (s *site) login(t *testing.T, by *authtest.Authenticator) answer {
	t.Helper()
	return s.complete(t, login, s.begin(t, login, "{}", by.Get, authtest.Session{}), authtest.Session{})
}

type passkeyList struct {
	Items []struct {
		ID, Name, AAGUID string
		Transports       []string
		Synced           bool
		LastUsedAt       *string `json:"last_used_at"`
	}
	Signal struct {
		RPID          string   `json:"rp_id"`
		UserHandle    string   `json:"user_handle"`
		CredentialIDs []string `json:"credential_ids"`
	}
}

func (s *site) passkeys(t *testing.T, as authtest.Session) (list passkeyList) {
	t.Helper()
	s.do(t, http.MethodGet, "/auth/passkeys", "", as.Authorize).want(t, http.StatusOK).decode(t, &list)
	return list
}

// awaitLetter takes mails until there is one about the kind of notice.
func (s *site) awaitLetter(t *testing.T, to, kind string) email.Message {
	t.Helper()
	for {
		mail, err := s.box.Next(t.Context(), to)
		if err != nil {
			t.Fatalf("no letter %s: %v", kind, err)
		}
		if mail.Subject == s.subject(t, kind) {
			return mail
		}
	}
}

func TestAPasskeyFromItsRegistrationToItsRemoval(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		if got := s.whoami(t, ada.Authorize).Level; got != auth.LevelBasic {
			t.Errorf("level %d by a link, want %d", got, auth.LevelBasic)
		}
		key := authtest.NewAuthenticator(origin)
		id := s.register(t, ada, key)

		var session authtest.Session
		s.login(t, key).want(t, http.StatusOK).decode(t, &session)
		if session.User.ID != ada.User.ID || session.Token == "" {
			t.Errorf("signed in: %+v, want %s", session, ada.User.ID)
		}
		if got := s.whoami(t, session.Authorize).Level; got != auth.LevelStrong {
			t.Errorf("level %d by an unlocked passkey, want %d", got, auth.LevelStrong)
		}
		s.do(t, http.MethodPatch, "/auth/passkeys/"+id, `{"name":" Blue key "}`, ada.Authorize).want(t, http.StatusNoContent)
		list := s.passkeys(t, ada)
		if len(list.Items) != 1 || list.Items[0].Name != "Blue key" || !list.Items[0].Synced || list.Items[0].LastUsedAt == nil {
			t.Errorf("passkeys = %+v", list.Items)
		}
		removed := s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).want(t, http.StatusOK)
		want := fmt.Sprintf(`{"signal":{"rp_id":"box.test","user_handle":%q,"credential_ids":[]}}`,
			base64.RawURLEncoding.EncodeToString([]byte(ada.User.ID)))
		if diff := cmp.Diff(want, strings.TrimSpace(removed.body)); diff != "" {
			t.Errorf("removal (-want +got):\n%s", diff)
		}
		s.login(t, key).refused(t, http.StatusBadRequest, "unknown_passkey")
		s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).refused(t, http.StatusNotFound, "not_found")

		names := s.events(t)
		story := []string{"PasskeyRegistered", "PasskeyUsed", "PasskeyRenamed", "PasskeyRevoked"}
		if got := slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(story, n) }); !slices.Equal(got, story) {
			t.Errorf("events %v, want %v", got, story)
		}
		s.awaitLetter(t, "ada@example.com", "passkey_added")
		s.awaitLetter(t, "ada@example.com", "passkey_removed")
	})
}

func TestSignatureCounters(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		shows := func(count uint32, status int) answer {
			t.Helper()
			key.SignCount = count
			return s.login(t, key).want(t, status)
		}
		shows(0, http.StatusOK) // a synced keychain
		shows(0, http.StatusOK)
		shows(7, http.StatusOK)
		shows(8, http.StatusOK)
		if got := count(s.events(t), "CounterRollbackDetected"); got != 0 {
			t.Fatalf("%d rollbacks of a key that counts", got)
		}
		for _, back := range []uint32{8, 3} {
			if got := shows(back, http.StatusForbidden).refused(t, http.StatusForbidden, "counter_rollback"); len(got.Cookies()) > 0 {
				t.Errorf("refused, with cookies %v", got.Cookies())
			}
		}
		shows(9, http.StatusOK)
		shows(0, http.StatusOK) // it does not count any more
		shows(0, http.StatusOK)
		s.awaitLetter(t, "ada@example.com", "security_alert")
		names := s.events(t)
		if rollbacks, failures, used := count(names, "CounterRollbackDetected"), count(names, "LoginFailed"), count(names, "PasskeyUsed"); rollbacks != 3 || failures != 2 || used != 7 {
			t.Errorf("%d rollbacks, %d failures, %d uses; want 3, 2, 7", rollbacks, failures, used)
		}
	})
}

func TestACopiedPasskeyIsLetInWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	s := inMemory(t, func(o *auth.Options) { o.InsecureAllowCounterRollback = true })
	key := authtest.NewAuthenticator(origin)
	key.SignCount = 7
	s.register(t, s.signIn(t, "ada@example.com"), key)
	key.SignCount = 3
	s.login(t, key).want(t, http.StatusOK)
	if got := count(s.events(t), "CounterRollbackDetected"); got != 1 {
		t.Errorf("%d rollbacks are recorded, want 1", got)
	}
}

func TestAPasskeyThatIsOnlyTouched(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		key.Locked = true
		s.login(t, key).want(t, http.StatusOK).decode(t, &ada)
		if got := s.whoami(t, ada.Authorize).Level; got != auth.LevelBasic {
			t.Errorf("level %d, want %d", got, auth.LevelBasic)
		}
		s.complete(t, stepUp, s.begin(t, stepUp, `{"action":"pay"}`, key.Get, ada), ada).
			refused(t, http.StatusBadRequest, "user_verification_required")
	})
}

func TestVerificationCanBeRequired(t *testing.T) {
	t.Parallel()
	s := inMemory(t, func(o *auth.Options) { o.UserVerification = "required" })
	ada := s.signIn(t, "ada@example.com")
	key := authtest.NewAuthenticator(origin)
	s.register(t, ada, key)
	key.Locked = true
	s.login(t, key).refused(t, http.StatusBadRequest, "user_verification_required")
	other := authtest.NewAuthenticator(origin)
	other.Locked = true
	s.complete(t, register, s.begin(t, register, "{}", other.Create, ada), ada).
		refused(t, http.StatusBadRequest, "user_verification_required")
}

func TestNoAddressHasPasskeys(t *testing.T) {
	t.Parallel()
	s := inMemory(t, func(o *auth.Options) { o.BaseURL = "http://127.0.0.1:8080" })
	s.do(t, http.MethodPost, login+"/begin", "{}").refused(t, http.StatusNotFound, "not_found")
}

func TestPasskeyNames(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := s.signIn(t, "ada@example.com")
	id := s.register(t, ada, authtest.NewAuthenticator(origin))
	for _, name := range []string{"", "  ", "a\nb", strings.Repeat("x", 101)} {
		body, err := json.Marshal(map[string]string{"name": name})
		if err != nil {
			t.Fatal(err)
		}
		s.do(t, http.MethodPatch, "/auth/passkeys/"+id, string(body), ada.Authorize).refused(t, http.StatusUnprocessableEntity, "invalid")
	}
	eve := s.signIn(t, "eve@example.com")
	s.do(t, http.MethodPatch, "/auth/passkeys/"+id, `{"name":"Mine"}`, eve.Authorize).refused(t, http.StatusNotFound, "not_found")
	s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", eve.Authorize).refused(t, http.StatusNotFound, "not_found")
	if list := s.passkeys(t, ada); len(list.Items) != 1 || list.Items[0].Name != "My key" {
		t.Errorf("passkeys = %+v", list.Items)
	}
}

func TestAnAuthenticatorInOneLine(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := s.signIn(t, "ada@example.com")
	key := authtest.NewAuthenticator(origin)
	key.Register(t, s.url, ada)
	if in := key.SignIn(t, s.url); in.User.ID != ada.User.ID {
		t.Errorf("signed in %+v, want %+v", in.User, ada.User)
	}
	raised := key.StepUp(t, s.url, ada, "pay", map[string]int{"amount": 1})
	if got := s.whoami(t, raised.Authorize); got.ID != ada.User.ID || got.Level != auth.LevelStrong {
		t.Errorf("raised: %+v", got)
	}
	if eve := authtest.NewAuthenticator(origin).SignUp(t, s.url, "eve@example.com"); eve.User.Email != "eve@example.com" {
		t.Errorf("signed up %+v", eve.User)
	}
}
