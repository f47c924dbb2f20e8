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

const verify = "/auth/magic-link/verify"

func testWholeFlow(t *testing.T, s *site) {
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	if ada.User.Email != "ada@example.com" || ada.User.Name != "" || len(ada.Token) != 43 {
		t.Errorf("session = %+v", ada)
	}
	if diff := cmp.Diff([]string{"customer"}, ada.User.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if until := time.Until(ada.ExpiresAt); until < 29*24*time.Hour || until > 30*24*time.Hour {
		t.Errorf("the session ends in %v, want 30 days", until)
	}
	again := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	if again.User.ID != ada.User.ID {
		t.Errorf("the second sign-in is user %s, want %s", again.User.ID, ada.User.ID)
	}
	want := []string{
		"UserRegistered", "EmailVerified", "DeviceSeen", "UserLoggedIn", "SessionStarted",
		"DeviceSeen", "UserLoggedIn", "SessionStarted",
	}
	if diff := cmp.Diff(want, s.events(t)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	actor := s.whoami(t, ada.Authorize)
	if actor.ID != ada.User.ID || !actor.Has(auth.RoleCustomer) || actor.Has(auth.RoleAdmin) || actor.Session == "" {
		t.Errorf("actor = %+v", actor)
	}
	s.do(t, http.MethodPost, "/auth/logout", "", ada.Authorize).want(t, http.StatusNoContent)
	s.do(t, http.MethodGet, "/whoami", "", ada.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
	if actor := s.whoami(t, again.Authorize); actor.ID != ada.User.ID {
		t.Errorf("the other session's actor = %+v", actor)
	}
}

func TestAddressesAreNormalised(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":" Ada@Example.COM "}`).want(t, http.StatusAccepted)
	page := s.mailedPath(t, "ada@example.com")
	body := fmt.Sprintf(`{"token":%q}`, strings.TrimPrefix(page, verify+"?token="))
	var again authtest.Session
	s.do(t, http.MethodPost, verify, body).want(t, http.StatusOK).decode(t, &again)
	if again.User.ID != ada.User.ID || again.User.Email != "ada@example.com" {
		t.Errorf("user = %+v, want %+v", again.User, ada.User)
	}
}

func TestAdminEmails(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	root := authtest.SignIn(t, s.url, s.box, "root@example.com")
	if !s.whoami(t, root.Authorize).Has(auth.RoleAdmin) {
		t.Errorf("roles = %v, want an admin", root.User.Roles)
	}
}

func TestSendRefusals(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	cases := map[string]struct {
		body  string
		field string
	}{
		"no address":        {`{}`, "email"},
		"not an address":    {`{"email":"ada"}`, "email"},
		"a name beside it":  {`{"email":"Ada <ada@example.com>"}`, "email"},
		"two addresses":     {`{"email":"a@example.com, b@example.com"}`, "email"},
		"a header":          {`{"email":"ada@example.com\r\nBcc: eve@example.com"}`, "email"},
		"quoted":            {`{"email":"\"a b\"@example.com"}`, "email"},
		"a literal address": {`{"email":"ada@[127.0.0.1]"}`, "email"},
		"too long":          {`{"email":"` + strings.Repeat("a", 65) + `@example.com"}`, "email"},
		"another site":      {`{"email":"ada@example.com","redirect_to":"https://evil.example"}`, "redirect_to"},
		"another host":      {`{"email":"ada@example.com","redirect_to":"//evil.example"}`, "redirect_to"},
		"a backslash":       {`{"email":"ada@example.com","redirect_to":"/\\evil.example"}`, "redirect_to"},
		"a tab":             {`{"email":"ada@example.com","redirect_to":"/\t/evil.example"}`, "redirect_to"},
		"a script":          {`{"email":"ada@example.com","redirect_to":"javascript:alert(1)"}`, "redirect_to"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var problem struct{ Fields map[string]string }
			s.do(t, http.MethodPost, "/auth/magic-link/send", c.body).
				refused(t, http.StatusUnprocessableEntity, "invalid").decode(t, &problem)
			if problem.Fields[c.field] == "" || len(problem.Fields) != 1 {
				t.Errorf("fields = %v, want only %s", problem.Fields, c.field)
			}
		})
	}
}

func TestSendAnswersTheSameForKnownAndUnknown(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	authtest.SignIn(t, s.url, s.box, "ada@example.com")
	known := s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"ada@example.com"}`).want(t, http.StatusAccepted)
	unknown := s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"bob@example.com"}`).want(t, http.StatusAccepted)
	if known.body != unknown.body {
		t.Errorf("known: %s, unknown: %s", known.body, unknown.body)
	}
}

func TestSendWithAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	key := with("Idempotency-Key", "0b6f")
	for range 2 {
		s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"ada@example.com"}`, key).want(t, http.StatusAccepted)
	}
	s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"eve@example.com"}`, key).
		refused(t, http.StatusConflict, "idempotency_mismatch")
	// The next link is the second mail, so the repeated request sent none.
	first, err := s.box.Next(t.Context(), "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	second := authtest.Link(t, s.url, s.box, "ada@example.com")
	if strings.Contains(first.Text, second) {
		t.Error("two links are the same")
	}
	now, cancel := context.WithCancel(t.Context())
	cancel()
	if mail, err := s.box.Next(now, "ada@example.com"); err == nil {
		t.Errorf("a mail too many: %s", mail.Text)
	}
}

func TestTokensThatLetNobodyIn(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	used := authtest.Link(t, s.url, s.box, "ada@example.com")
	s.do(t, http.MethodPost, verify, `{"token":"`+used+`"}`).want(t, http.StatusOK)
	for name, token := range map[string]string{"used": used, "unknown": strings.Repeat("A", 43), "empty": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.do(t, http.MethodPost, verify, `{"token":"`+token+`"}`).refused(t, http.StatusBadRequest, "invalid_token")
			for _, page := range []answer{
				s.do(t, http.MethodGet, verify+"?token="+token, ""),
				s.do(t, http.MethodPost, verify, url.Values{"token": {token}, "once": {"x"}}.Encode(), form),
			} {
				page.want(t, http.StatusBadRequest)
				if !strings.Contains(page.body, `<a class="button" href="/sign-in">`) || len(page.Cookies()) > 0 {
					t.Errorf("cookies %v, page:\n%s", page.Cookies(), page.body)
				}
			}
		})
	}
}

func TestTheVerifyPageChangesNothing(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"ada@example.com","redirect_to":"/tickets?new=1"}`).want(t, http.StatusAccepted)
	path := s.mailedPath(t, "ada@example.com")
	for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodGet} {
		page := s.do(t, method, path, "").want(t, http.StatusOK)
		if len(page.Cookies()) > 0 || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: cookies %v, Cache-Control %s", method, page.Cookies(), page.Header.Get("Cache-Control"))
		}
	}
	if names := s.events(t); len(names) > 0 {
		t.Errorf("events %v, want none", names)
	}

	page := s.do(t, http.MethodGet, path, "").want(t, http.StatusOK)
	for _, want := range []string{"<strong>ada@example.com</strong>", "Box Office", `href="/auth/auth.css"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s:\n%s", want, page.body)
		}
	}
	if regexp.MustCompile(`<script|<style|style=|javascript:`).MatchString(page.body) {
		t.Errorf("the page has inline script or style:\n%s", page.body)
	}
	s.do(t, http.MethodGet, "/auth/auth.css", "").want(t, http.StatusOK)

	fields := url.Values{}
	for _, m := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(page.body, -1) {
		fields.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	first := s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusSeeOther)
	again := s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusSeeOther) // the button was pressed twice
	if first.Header.Get("Location") != "/tickets?new=1" {
		t.Errorf("Location = %s", first.Header.Get("Location"))
	}
	if diff := cmp.Diff(first.cookie(t, "session").Value, again.cookie(t, "session").Value); diff != "" {
		t.Errorf("the second press has another session (-first +second):\n%s", diff)
	}
	if got := count(s.events(t), "SessionStarted"); got != 1 {
		t.Errorf("%d sessions, want 1", got)
	}
	fields.Set("once", "other")
	s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusBadRequest)
}

// mailedPath is the path and query of the link in the next mail.
func (s *site) mailedPath(t *testing.T, to string) string {
	t.Helper()
	mail, err := s.box.Next(t.Context(), to)
	for err == nil && !strings.Contains(mail.Text, verify+"?token=") { // a letter about something else
		mail, err = s.box.Next(t.Context(), to)
	}
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(regexp.MustCompile(`http://\S+token=\S+`).FindString(mail.Text))
	if err != nil {
		t.Fatal(err)
	}
	if link.Host != "box.test" || link.Path != verify {
		t.Fatalf("the mail links to %s", link)
	}
	return link.RequestURI()
}

func TestVerifyAgainWithItsIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	body := fmt.Sprintf(`{"token":%q}`, authtest.Link(t, s.url, s.box, "ada@example.com"))
	first := s.do(t, http.MethodPost, verify, body, with("Idempotency-Key", "k1")).want(t, http.StatusOK)
	again := s.do(t, http.MethodPost, verify, body, with("Idempotency-Key", "k1")).want(t, http.StatusOK)
	if first.body != again.body {
		t.Errorf("first: %s, again: %s", first.body, again.body)
	}
	s.do(t, http.MethodPost, verify, body, with("Idempotency-Key", "k2")).refused(t, http.StatusBadRequest, "invalid_token")
}

func TestOtherSitesCannotSignIn(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	fields := url.Values{"token": {authtest.Link(t, s.url, s.box, "eve@example.com")}}
	s.do(t, http.MethodPost, verify, fields.Encode(), form, with("Sec-Fetch-Site", "cross-site")).refused(t, http.StatusForbidden, "forbidden")
	s.do(t, http.MethodPost, verify, fields.Encode(), form, with("Sec-Fetch-Site", "same-origin")).want(t, http.StatusSeeOther)
}
