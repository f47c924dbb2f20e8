package auth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth/authtest"
)

// flow is something that people do, and what of it must be seen nowhere. To add one:
// do it, by the methods of the scrub, and tell [scrub.secret] of each token, code,
// cookie, address or name that was in it.
type flow struct {
	name string
	run  func(t *testing.T, s *scrub)
}

func flows() []flow {
	return []flow{
		{"magic link", linkFlow},
		{"magic link by a form", formFlow},
		{"code of a link", codeFlow},
		{"links that fail", failingLinks},
		{"sessions", sessionsFlow},
		{"profile", profileFlow},
		{"another address", addressFlow},
		{"an address that is taken", takenAddressFlow},
		{"devices", devicesFlow},
		{"passkeys", passkeyFlow},
		{"sign-up with a passkey", passkeySignUpFlow},
		{"step-up", stepUpFlow},
		{"account elsewhere", providerFlow},
		{"export", exportFlow},
		{"erasure", erasureFlow},
	}
}

func linkFlow(t *testing.T, s *scrub) {
	link := authtest.Link(t, s.url, s.box, "canary-ada@example.com")
	s.secret("link", link)
	s.secret("address", "canary-ada@example.com")
	s.secret("idempotency key", "canary-idempotency-key")
	body := fmt.Sprintf(`{"token":%q}`, link)
	s.do(t, http.MethodGet, verify+"?token="+link, "").want(t, http.StatusOK)
	used := s.do(t, http.MethodPost, verify, body, with("Idempotency-Key", "canary-idempotency-key"), canaryAgent).want(t, http.StatusOK)
	var session authtest.Session
	s.tell(t, used).decode(t, &session)
	s.secret("session", session.Token)
	s.listen(t, session)
	s.refused(t, http.StatusBadRequest, s.do(t, http.MethodPost, verify, body))
	s.do(t, http.MethodPost, "/auth/logout", "", session.Authorize).want(t, http.StatusNoContent)
	s.refused(t, http.StatusUnauthorized, s.do(t, http.MethodGet, "/whoami", "", session.Authorize))
}

// canaryAgent is a browser whose name is a secret: it tells one person from others.
func canaryAgent(r *http.Request) {
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 canary-agent")
}

func formFlow(t *testing.T, s *scrub) {
	s.secret("address", "canary-ada@example.com")
	link := authtest.Link(t, s.url, s.box, "canary-ada@example.com")
	s.secret("link", link)
	s.secret("form key", "canary-form-key")
	fields := url.Values{"token": {link}, "once": {"canary-form-key"}, "redirect_to": {"/canary-redirect"}}
	s.tell(t, s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusSeeOther))
	s.secret("unused link", authtest.Link(t, s.url, s.box, "canary-ada@example.com"))
}

func codeFlow(t *testing.T, s *scrub) {
	s.secret("address", "canary-ada@example.com")
	a := s.ask(t, "canary-ada@example.com", "")
	r := httptest.NewRequest(http.MethodPost, typeCode, nil)
	a.waits(r)
	s.secret("cookie of the browser that waits", strings.TrimPrefix(r.Header.Get("Cookie"), "link="))
	s.secret("link", a.path[strings.Index(a.path, "=")+1:])
	s.refused(t, http.StatusBadRequest, s.do(t, http.MethodPost, typeCode, fmt.Sprintf(`{"code":%q}`, a.wrong()), a.waits))
	var session authtest.Session
	s.tell(t, s.do(t, http.MethodPost, typeCode, fmt.Sprintf(`{"code":%q}`, a.code), a.waits).want(t, http.StatusOK)).decode(t, &session)
	s.secret("session", session.Token)
}

func failingLinks(t *testing.T, s *scrub) {
	s.signIn(t, "canary-ada@example.com")
	s.secret("bad token", "canary-bad-token")
	s.secret("lost address", "gone-canary@example.com")
	s.refused(t, http.StatusBadRequest, s.do(t, http.MethodPost, verify, `{"token":"canary-bad-token"}`))
	s.refused(t, http.StatusBadRequest, s.do(t, http.MethodPost, verify, `{"token":"canary-bad-token"`))
	s.refused(t, http.StatusUnauthorized, s.do(t, http.MethodGet, "/whoami", "", with("Authorization", "Bearer canary-bad-token")))
	s.refused(t, http.StatusUnprocessableEntity, s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"canary-bad-token"}`))
	s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"gone-canary@example.com"}`).want(t, http.StatusAccepted)
}

func sessionsFlow(t *testing.T, s *scrub) {
	laptop, phone := s.signIn(t, "canary-ada@example.com"), s.signIn(t, "canary-ada@example.com")
	s.do(t, http.MethodGet, "/auth/sessions", "", phone.Authorize).want(t, http.StatusOK)
	s.do(t, http.MethodDelete, "/auth/sessions", "", laptop.Authorize).want(t, http.StatusNoContent)
	s.refused(t, http.StatusUnauthorized, s.do(t, http.MethodGet, "/whoami", "", phone.Authorize))
	s.refused(t, http.StatusNotFound, s.do(t, http.MethodDelete, "/auth/sessions/none", "", laptop.Authorize))
}

func profileFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	s.secret("name", "Canary Lovelace")
	s.do(t, http.MethodPatch, "/auth/me", `{"name":"Canary Lovelace"}`, ada.Authorize).want(t, http.StatusOK)
	s.do(t, http.MethodGet, "/auth/me", "", ada.Authorize).want(t, http.StatusOK)
	s.secret("control character", "Canary\\u0000Name")
	s.refused(t, http.StatusUnprocessableEntity, s.do(t, http.MethodPatch, "/auth/me", `{"name":"Canary\u0000Name"}`, ada.Authorize))
}

func addressFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	s.secret("new address", "canary-new@example.com")
	token := s.askForAddress(t, ada, "canary-new@example.com")
	s.secret("link to confirm", token)
	s.do(t, http.MethodGet, confirm+"?token="+token, "").want(t, http.StatusForbidden)
	s.do(t, http.MethodGet, confirm+"?token="+token, "", ada.Authorize).want(t, http.StatusOK)
	s.confirm(t, ada, token).want(t, http.StatusOK)
	s.refused(t, http.StatusBadRequest, s.confirm(t, ada, token))
	s.letter(t, "canary-ada@example.com", "changed")
}

func takenAddressFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	s.signIn(t, "canary-eve@example.com")
	s.do(t, http.MethodPost, "/auth/me/email", `{"email":"canary-eve@example.com"}`, ada.Authorize).want(t, http.StatusAccepted)
	if _, err := s.box.Next(t.Context(), "canary-eve@example.com"); err != nil {
		t.Error(err)
	}
}

func devicesFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	var list struct{ Items []struct{ ID string } }
	s.do(t, http.MethodGet, "/auth/devices", "", ada.Authorize).want(t, http.StatusOK).decode(t, &list)
	s.do(t, http.MethodPost, "/auth/devices/"+list.Items[0].ID+"/trust", "", ada.Authorize).want(t, http.StatusNoContent)
	refreshed := s.refresh(t, ada.Authorize)
	s.secret("refreshed token", refreshed.Token)
	s.do(t, http.MethodDelete, "/auth/devices/"+list.Items[0].ID, "", refreshed.Authorize).want(t, http.StatusNoContent)
}

func passkeyFlow(t *testing.T, s *scrub) {
	ada, key := s.signIn(t, "canary-ada@example.com"), authtest.NewAuthenticator(origin)
	id := s.register(t, ada, key)
	s.secret("name of the passkey", "Canary key")
	s.do(t, http.MethodPatch, "/auth/passkeys/"+id, `{"name":"Canary key"}`, ada.Authorize).want(t, http.StatusNoContent)
	shown := s.begin(t, login, "{}", key.Get, authtest.Session{})
	var session authtest.Session
	s.tell(t, s.complete(t, login, shown, authtest.Session{}).want(t, http.StatusOK)).decode(t, &session)
	s.secret("session by a passkey", session.Token)
	s.refused(t, http.StatusBadRequest, s.complete(t, login, shown, authtest.Session{}))
	s.do(t, http.MethodDelete, "/auth/passkeys/"+id, "", ada.Authorize).want(t, http.StatusOK)
}

func passkeySignUpFlow(t *testing.T, s *scrub) {
	const address, path = "canary-new@example.com", "/auth/passkey/sign-up"
	s.secret("address", address)
	s.secret("name", "Canary Newcomer")
	made := s.begin(t, path, `{"email":"canary-new@example.com","name":"Canary Newcomer"}`, authtest.NewAuthenticator(origin).Create, authtest.Session{})
	var session authtest.Session
	s.tell(t, s.complete(t, path, made, authtest.Session{}).want(t, http.StatusOK)).decode(t, &session)
	s.secret("session", session.Token)
	token := s.addressToken(t, address)
	s.secret("link to confirm", token)
	s.confirm(t, session, token).want(t, http.StatusOK)
}

func stepUpFlow(t *testing.T, s *scrub) {
	ada, key := s.signIn(t, "canary-ada@example.com"), authtest.NewAuthenticator(origin)
	s.register(t, ada, key)
	raised := s.raise(t, ada, key)
	s.secret("raised token", raised.Token)
	s.do(t, http.MethodGet, "/whoami", "", raised.Authorize).want(t, http.StatusOK)
}

func providerFlow(t *testing.T, s *scrub) {
	who := authtest.Person{Subject: "canary-subject", Email: "canary-there@example.com", EmailVerified: true, Name: "Canary There"}
	s.signIn(t, "canary-neighbour@example.com")
	b := s.browser()
	waiting := query(t, b.authorize(t, "/tickets"))
	s.tell(t, b.signIn(t, s.provider, who).want(t, http.StatusSeeOther))
	for name, cookie := range b.cookies {
		s.secret("cookie "+name, cookie)
	}
	for i, secret := range s.provider.Secrets() {
		s.secret(fmt.Sprint("of the provider ", i), secret)
	}
	for name, secret := range map[string]string{
		"state": waiting.Get("state"), "nonce": waiting.Get("nonce"), "subject": who.Subject, "address there": who.Email, "name there": who.Name,
	} {
		s.secret(name, secret)
	}
	s.provider.Misbehave(authtest.WrongNonce)
	s.browser().signIn(t, s.provider, who).want(t, http.StatusBadRequest)
}

func exportFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	s.do(t, http.MethodGet, "/auth/me/export", "", ada.Authorize).want(t, http.StatusOK)
}

func erasureFlow(t *testing.T, s *scrub) {
	ada := s.signIn(t, "canary-ada@example.com")
	s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).want(t, http.StatusNoContent)
	s.letter(t, "canary-ada@example.com", "deleted")
	s.refused(t, http.StatusUnauthorized, s.do(t, http.MethodGet, "/auth/me", "", ada.Authorize))
}
