package mailbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/mailbox"
)

func get(t *testing.T, b *mailbox.Mailbox, path string) (*http.Response, string) {
	t.Helper()
	r := chi.NewRouter()
	b.Routes(r)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{})
	if _, body := get(t, b, "/dev/mailbox.json"); strings.TrimSpace(body) != "[]" {
		t.Errorf("an empty mailbox is %s, want []", body)
	}
	before := time.Now().Add(-time.Second)
	send(t, b, message("1", "first"), email.Message{
		From: "box@example.com", To: []string{"bob@example.com"}, Subject: "second", Text: "t", HTML: "<p>h</p>",
	})
	_, body := get(t, b, "/dev/mailbox.json")
	var got []mailbox.Mail
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := []mailbox.Mail{
		{From: "box@example.com", To: []string{"bob@example.com"}, Subject: "second", Text: "t", HTML: "<p>h</p>"},
		{From: "box@example.com", To: []string{"ada@example.com"}, Subject: "first", Text: "hi"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(mailbox.Mail{}, "ID", "At")); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if got[0].At.Before(before) {
		t.Errorf("sent at %v, want now", got[0].At)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{})
	if _, body := get(t, b, "/dev/mailbox"); !strings.Contains(body, "No mail yet") {
		t.Errorf("the empty page does not say so:\n%s", body)
	}
	send(t, b, email.Message{
		From: "box@example.com", To: []string{"ada@example.com"}, Subject: "<script>alert(1)</script>",
		Text: "Sign in: http://localhost:8080/verify?token=a&b=c. Or <b>not</b>.\njavascript:alert(1)", HTML: "<h1>h</h1>",
	})
	response, body := get(t, b, "/dev/mailbox")
	if got := response.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type = %s", got)
	}
	for _, want := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;not&lt;/b&gt;", "ada@example.com",
		`<a href="http://localhost:8080/verify?token=a&amp;b=c">http://localhost:8080/verify?token=a&amp;b=c</a>. Or`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s:\n%s", want, body)
		}
	}
	for _, unwanted := range []string{"<script", "<style", "style=", "onclick", `href="javascript`} {
		if strings.Contains(body, unwanted) {
			t.Errorf("the page contains %s", unwanted)
		}
	}
}

func TestStylesheet(t *testing.T) {
	t.Parallel()
	response, body := get(t, open(t, t.TempDir(), mailbox.Options{}), "/dev/mailbox.css")
	if got := response.Header.Get("Content-Type"); got != "text/css; charset=utf-8" || !strings.Contains(body, "light-dark(") {
		t.Errorf("Content-Type = %s, body:\n%s", got, body)
	}
}

func TestHTMLOfAMailIsSandboxed(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{})
	m := message("1", "first")
	m.HTML = "<p>Hi Ada</p>"
	send(t, b, m)
	mails, err := b.Mails()
	if err != nil {
		t.Fatal(err)
	}
	response, body := get(t, b, "/dev/mailbox/"+mails[0].ID)
	if body != m.HTML {
		t.Errorf("body = %q, want %q", body, m.HTML)
	}
	if csp := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox") || strings.Contains(csp, "allow-scripts") {
		t.Errorf("Content-Security-Policy = %q, want a sandbox without scripts", csp)
	}
	for _, path := range []string{"/dev/mailbox/" + strings.Repeat("0", 32), "/dev/mailbox/..%2f..%2fetc%2fpasswd"} {
		if response, _ := get(t, b, path); response.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, response.StatusCode)
		}
	}
}
