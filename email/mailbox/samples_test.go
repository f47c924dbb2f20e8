package mailbox_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/mailbox"
)

func TestSamples(t *testing.T) {
	t.Parallel()
	var broken error
	r := chi.NewRouter()
	mailbox.Samples(r, func() ([]email.Message, error) {
		return []email.Message{
			{ID: "welcome", Subject: "Hello <Ada>", Text: "Look: http://localhost/x?a=1&b=2", HTML: "<p>Hi Ada</p>"},
			{ID: "farewell", Subject: "Bye", Text: "t", HTML: "<p>h</p>"},
		}, broken
	})
	get := func(path string) (*http.Response, string) {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		body, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Result(), string(body)
	}
	_, body := get("/dev/mails")
	for _, want := range []string{
		"Hello &lt;Ada&gt;", `<iframe src="/dev/mails/welcome"`, `<iframe src="/dev/mails/farewell"`,
		`<a href="http://localhost/x?a=1&amp;b=2">`, `href="/dev/mails.css"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s:\n%s", want, body)
		}
	}
	response, body := get("/dev/mails/welcome")
	csp := response.Header.Get("Content-Security-Policy")
	if body != "<p>Hi Ada</p>" || !strings.HasPrefix(csp, "sandbox") || strings.Contains(csp, "allow-scripts") {
		t.Errorf("policy %q, body: %s", csp, body)
	}
	if response, _ := get("/dev/mails/nothing"); response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown mail = %d, want 404", response.StatusCode)
	}
	broken = errors.New("the template is broken")
	for _, path := range []string{"/dev/mails", "/dev/mails/welcome"} {
		if response, body := get(path); response.StatusCode != http.StatusInternalServerError || !strings.Contains(body, broken.Error()) {
			t.Errorf("%s when they cannot be made = %d: %s", path, response.StatusCode, body)
		}
	}
}
