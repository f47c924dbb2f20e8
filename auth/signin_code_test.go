package auth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

const typeCode = "/auth/magic-link/code"

// asked is a browser that waits for its link to be opened, which it was elsewhere.
type asked struct {
	waits func(*http.Request) // its cookie
	path  string              // of the link
	code  string              // that the link shows elsewhere
}

func (s *site) ask(t *testing.T, address, redirectTo string) asked {
	t.Helper()
	body := fmt.Sprintf(`{"email":%q,"redirect_to":%q}`, address, redirectTo)
	sent := s.do(t, http.MethodPost, "/auth/magic-link/send", body).want(t, http.StatusAccepted)
	a := asked{waits: with("Cookie", "link="+sent.cookie(t, "link").Value), path: s.mailedPath(t, address)}
	page := s.do(t, http.MethodGet, a.path, "").want(t, http.StatusOK)
	code := regexp.MustCompile(`class="code">(\d{3}) (\d{3})<`).FindStringSubmatch(page.body)
	if code == nil {
		t.Fatalf("the page shows no code:\n%s", page.body)
	}
	a.code = code[1] + code[2]
	return a
}

// wrong is a code that is not the link's.
func (a asked) wrong() string {
	if a.code == "000000" {
		return "000001"
	}
	return "000000"
}

func testCode(t *testing.T, s *site) {
	a := s.ask(t, "ada@example.com", "")
	// The browser that asked is shown no code when it opens the link itself.
	if page := s.do(t, http.MethodGet, a.path, "", a.waits).want(t, http.StatusOK); strings.Contains(page.body, `class="code"`) {
		t.Errorf("the browser that asked sees a code:\n%s", page.body)
	}
	body := fmt.Sprintf(`{"code":"%s %s"}`, a.code[:3], a.code[3:])
	s.do(t, http.MethodPost, typeCode, body).refused(t, http.StatusBadRequest, "invalid_token") // without the cookie
	s.do(t, http.MethodPost, typeCode, fmt.Sprintf(`{"code":%q}`, a.wrong()), a.waits).refused(t, http.StatusBadRequest, "wrong_code")
	var ada authtest.Session
	signedIn := s.do(t, http.MethodPost, typeCode, body, a.waits).want(t, http.StatusOK)
	signedIn.decode(t, &ada)
	if actor := s.whoami(t, ada.Authorize); actor.ID != ada.User.ID || ada.User.Email != "ada@example.com" {
		t.Errorf("actor = %+v, session = %+v", actor, ada)
	}
	if left := signedIn.cookie(t, "link").Value; left != "" {
		t.Errorf("the browser goes on waiting with %q", left)
	}
	s.do(t, http.MethodPost, typeCode, body, a.waits).refused(t, http.StatusBadRequest, "invalid_token")
	s.do(t, http.MethodGet, a.path, "").want(t, http.StatusBadRequest)
}

func TestTheCodeOfALinkThatIsOpenedElsewhere(t *testing.T) {
	onLogs(t, testCode)
}

func TestFiveWrongCodesEndALink(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	a := s.ask(t, "ada@example.com", "")
	for range 5 {
		s.do(t, http.MethodPost, typeCode, fmt.Sprintf(`{"code":%q}`, a.wrong()), a.waits).refused(t, http.StatusBadRequest, "wrong_code")
	}
	s.do(t, http.MethodPost, typeCode, fmt.Sprintf(`{"code":%q}`, a.code), a.waits).refused(t, http.StatusBadRequest, "invalid_token")
	s.do(t, http.MethodGet, a.path, "").want(t, http.StatusBadRequest)
	if names := s.events(t); len(names) > 0 {
		t.Errorf("events %v, want none", names)
	}
}

func TestThePageThatWaits(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	if location := s.do(t, http.MethodGet, typeCode, "").want(t, http.StatusSeeOther).Header.Get("Location"); location != "/sign-in" {
		t.Errorf("who has not asked is sent to %s", location)
	}
	a := s.ask(t, "ada@example.com", "/tickets?new=1")
	page := s.do(t, http.MethodGet, typeCode, "", a.waits).want(t, http.StatusOK)
	once := regexp.MustCompile(`name="once" value="([^"]+)"`).FindStringSubmatch(page.body)
	if once == nil {
		t.Fatalf("page:\n%s", page.body)
	}
	send := func(code, once string) answer {
		return s.do(t, http.MethodPost, typeCode, url.Values{"code": {code}, "once": {once}}.Encode(), form, a.waits)
	}
	if again := send(a.wrong(), "x").want(t, http.StatusBadRequest); !strings.Contains(again.body, `aria-invalid="true"`) {
		t.Errorf("after a wrong code:\n%s", again.body)
	}
	first, again := send(a.code, once[1]).want(t, http.StatusSeeOther), send(a.code, once[1]).want(t, http.StatusSeeOther)
	if first.Header.Get("Location") != "/tickets?new=1" {
		t.Errorf("Location = %s", first.Header.Get("Location"))
	}
	if first.cookie(t, "session").Value != again.cookie(t, "session").Value {
		t.Error("the second press of the button has another session")
	}
	b := s.ask(t, "ada@example.com", "")
	a.waits = b.waits
	for range 4 {
		send(b.wrong(), "x")
	}
	if void := send(b.wrong(), "x").want(t, http.StatusBadRequest); !strings.Contains(void.body, `href="/sign-in"`) {
		t.Errorf("after five wrong codes:\n%s", void.body)
	}
}

func TestANewerLinkReplacesTheOlder(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		first := authtest.Link(t, s.url, s.box, "ada@example.com")
		second := authtest.Link(t, s.url, s.box, "ada@example.com")
		s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, first)).refused(t, http.StatusBadRequest, "invalid_token")
		s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, second)).want(t, http.StatusOK)
	})
}

func TestTheCookieOfWhoAsksIsThatOfThisHostOnly(t *testing.T) {
	t.Parallel()
	s := inMemory(t, func(o *auth.Options) { o.BaseURL = "https://box.test" })
	sent := s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"ada@example.com"}`).want(t, http.StatusAccepted)
	c := sent.cookie(t, "link")
	if c.Name != "__Host-link" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 900 {
		t.Errorf("cookie = %s", c)
	}
}
