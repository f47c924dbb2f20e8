package auth_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/passkey"
)

// altered returns a credential with a member of its response set, or its id.
func altered(t *testing.T, credential json.RawMessage, member, value string) json.RawMessage {
	t.Helper()
	var c struct {
		Type     string            `json:"type"`
		ID       string            `json:"id"`
		RawID    string            `json:"rawId"`
		Response map[string]string `json:"response"`
	}
	if err := json.Unmarshal(credential, &c); err != nil {
		t.Fatal(err)
	}
	if member == "id" {
		c.ID, c.RawID = value, value
	} else {
		c.Response[member] = value
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// attack is somebody with a passkey, and a victim with another.
type attack struct {
	*site
	key      *authtest.Authenticator
	own      authtest.Session
	victim   authtest.Session
	victimID string // of the credential
}

func (a attack) login(t *testing.T) json.RawMessage {
	t.Helper()
	return a.begin(t, login, "{}", a.key.Get, authtest.Session{})
}

func TestLoginsThatAreRefused(t *testing.T) {
	cases := map[string]struct {
		show func(*testing.T, attack) json.RawMessage
		code string
	}{
		"wrong origin": {func(t *testing.T, a attack) json.RawMessage {
			a.key.Origin = "http://evil.test"
			return a.login(t)
		}, "invalid_passkey"},
		"wrong relying party": {func(t *testing.T, a attack) json.RawMessage {
			a.key.RPID = "evil.test"
			return a.login(t)
		}, "invalid_passkey"},
		"tampered signature": {func(t *testing.T, a attack) json.RawMessage {
			return altered(t, a.login(t), "signature", "MEUCIQ")
		}, "invalid_passkey"},
		"credential of another user": {func(t *testing.T, a attack) json.RawMessage {
			return altered(t, a.login(t), "id", a.victimID)
		}, "invalid_passkey"},
		"credential and handle of another user": {func(t *testing.T, a attack) json.RawMessage {
			shown := altered(t, a.login(t), "id", a.victimID)
			return altered(t, shown, "userHandle", base64.RawURLEncoding.EncodeToString([]byte(a.victim.User.ID)))
		}, "invalid_passkey"},
		"handle of another user": {func(t *testing.T, a attack) json.RawMessage {
			return altered(t, a.login(t), "userHandle", base64.RawURLEncoding.EncodeToString([]byte(a.victim.User.ID)))
		}, "invalid_passkey"},
		"no handle": {func(t *testing.T, a attack) json.RawMessage { return altered(t, a.login(t), "userHandle", "") }, "invalid_passkey"},
		"unknown credential": {func(t *testing.T, a attack) json.RawMessage {
			return altered(t, a.login(t), "id", "AAAA")
		}, "unknown_passkey"},
		"replay": {func(t *testing.T, a attack) json.RawMessage {
			shown := a.login(t)
			a.complete(t, login, shown, authtest.Session{}).want(t, http.StatusOK)
			return shown
		}, "invalid_ceremony"},
		"challenge of a step-up": {func(t *testing.T, a attack) json.RawMessage {
			return a.begin(t, stepUp, `{"action":"pay"}`, a.key.Get, a.own)
		}, "invalid_ceremony"},
		"challenge of a registration": {func(t *testing.T, a attack) json.RawMessage {
			return a.begin(t, register, "{}", func(options []byte) (json.RawMessage, error) {
				var begun struct{ PublicKey struct{ Challenge string } }
				if err := json.Unmarshal(options, &begun); err != nil {
					return nil, err
				}
				return a.key.Get(fmt.Appendf(nil, `{"rpId":"box.test","challenge":%q}`, begun.PublicKey.Challenge))
			}, a.own)
		}, "invalid_ceremony"},
		"nothing": {func(*testing.T, attack) json.RawMessage { return json.RawMessage("null") }, "invalid_passkey"},
	}
	onLogs(t, func(t *testing.T, s *site) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				a := attack{site: s, key: authtest.NewAuthenticator(origin)}
				own := strings.ReplaceAll(name, " ", "-") + "@example.com"
				a.own, a.victim = s.signIn(t, own), s.signIn(t, "victim-of-"+own)
				s.register(t, a.own, a.key)
				a.victimID = s.register(t, a.victim, authtest.NewAuthenticator(origin))
				shown := c.show(t, a)
				answer := s.complete(t, login, shown, authtest.Session{}).refused(t, http.StatusBadRequest, c.code)
				if len(answer.Cookies()) > 0 || strings.Contains(answer.body, a.victim.User.ID) {
					t.Errorf("cookies %v, answer %s", answer.Cookies(), answer.body)
				}
			})
		}
	})
}

func TestRegistrationsThatAreRefused(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada, eve := s.signIn(t, "ada@example.com"), s.signIn(t, "eve@example.com")
		key := authtest.NewAuthenticator(origin)
		made := s.begin(t, register, "{}", key.Create, ada)
		s.complete(t, register, made, eve).refused(t, http.StatusBadRequest, "invalid_ceremony")
		s.complete(t, signUp, made, authtest.Session{}).refused(t, http.StatusBadRequest, "invalid_ceremony")
		s.complete(t, register, made, authtest.Session{}).refused(t, http.StatusUnauthorized, "unauthenticated")
		s.complete(t, register, made, ada).want(t, http.StatusCreated)
		s.complete(t, register, made, ada).refused(t, http.StatusBadRequest, "invalid_ceremony")

		if _, err := key.Create([]byte(s.do(t, http.MethodPost, register+"/begin", "{}", ada.Authorize).body)); err == nil {
			t.Error("one device holds two passkeys of one user")
		}
		for member, set := range map[string]func(*authtest.Authenticator){
			"origin":        func(a *authtest.Authenticator) { a.Origin = "http://evil.test" },
			"relying party": func(a *authtest.Authenticator) { a.RPID = "evil.test" },
		} {
			t.Run("wrong "+member, func(t *testing.T) {
				other := authtest.NewAuthenticator(origin)
				set(other)
				s.complete(t, register, s.begin(t, register, "{}", other.Create, ada), ada).
					refused(t, http.StatusBadRequest, "invalid_passkey")
			})
		}
	})
}

func TestACredentialBelongsToOneUser(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada, eve := s.signIn(t, "ada@example.com"), s.signIn(t, "eve@example.com")
		key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
		create := func(options []byte) (json.RawMessage, error) { // which no browser does twice
			asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
			if err != nil {
				return nil, err
			}
			rp := virtualwebauthn.RelyingParty{ID: "box.test", Origin: origin}
			return json.RawMessage(virtualwebauthn.CreateAttestationResponse(rp, virtualwebauthn.NewAuthenticator(), key, *asked)), nil
		}
		s.complete(t, register, s.begin(t, register, "{}", create, ada), ada).want(t, http.StatusCreated)
		for _, as := range []authtest.Session{eve, ada} {
			s.complete(t, register, s.begin(t, register, "{}", create, as), as).refused(t, http.StatusConflict, "already_exists")
		}
	})
}

func TestACeremonyExpires(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		shown := s.begin(t, login, "{}", key.Get, authtest.Session{})
		time.Sleep(passkey.Life)
		s.complete(t, login, shown, authtest.Session{}).refused(t, http.StatusBadRequest, "invalid_ceremony")
	})
}

func TestOneCeremonyIsWorthOneSession(t *testing.T) {
	t.Parallel()
	for backend, start := range map[string]func(*testing.T) nodes{"sqlite": onSQLite, "postgres": onTwoNodes} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			key := authtest.NewAuthenticator(origin)
			n[0].register(t, n[0].signIn(t, "ada@example.com"), key)
			shown := n[0].begin(t, login, "{}", key.Get, authtest.Session{})
			var in atomic.Int64
			at(20, func(i int) {
				answer := n[i%len(n)].complete(t, login, shown, authtest.Session{})
				if answer.StatusCode == http.StatusOK {
					in.Add(1)
				} else if !strings.Contains(answer.body, `"invalid_ceremony"`) {
					t.Errorf("refused with %d: %s", answer.StatusCode, answer.body)
				}
			})
			if in.Load() != 1 {
				t.Errorf("%d were let in, want 1", in.Load())
			}
		})
	}
}

func TestAssertionsAtOnceAreAllCounted(t *testing.T) {
	t.Parallel()
	for backend, start := range map[string]func(*testing.T) nodes{"sqlite": onSQLite, "postgres": onTwoNodes} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			key := authtest.NewAuthenticator(origin)
			key.Counting, key.SignCount = true, 1
			n[0].register(t, n[0].signIn(t, "ada@example.com"), key)
			shown := make([]json.RawMessage, 20)
			for i := range shown {
				shown[i] = n[0].begin(t, login, "{}", key.Get, authtest.Session{})
			}
			at(len(shown), func(i int) {
				answer := n[i%len(n)].complete(t, login, shown[i], authtest.Session{})
				if answer.StatusCode != http.StatusOK && !strings.Contains(answer.body, `"counter_rollback"`) {
					t.Errorf("refused with %d: %s", answer.StatusCode, answer.body)
				}
			})
			names := n[0].events(t)
			used, back := count(names, "PasskeyUsed"), count(names, "CounterRollbackDetected")
			if used == 0 || used+back != len(shown) {
				t.Errorf("%d uses and %d rollbacks of %d assertions", used, back, len(shown))
			}
			n[0].login(t, key).want(t, http.StatusOK) // the highest count was kept, and it is higher
		})
	}
}
