package auth_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func mails(t *testing.T, change ...func(*auth.Options)) []email.Message {
	t.Helper()
	mails, err := inMemory(t, change...).auth.Mails()
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

// subject is that of the letters of a kind.
func (s *site) subject(t *testing.T, kind string) string {
	t.Helper()
	mails, err := s.auth.Mails()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		if m.ID == kind {
			return m.Subject
		}
	}
	t.Fatalf("there is no letter %q", kind)
	return ""
}

func TestLetters(t *testing.T) {
	t.Parallel()
	for _, m := range mails(t) {
		path := filepath.Join("testdata", "mails", m.ID+".txt")
		got := "Subject: " + m.Subject + "\n\n" + m.Text
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.ID, diff)
		}
		m.To = []string{"ada@example.com"}
		if err := m.Check(); err != nil || !strings.Contains(m.HTML, "<h1") {
			t.Errorf("%s: %v, HTML:\n%s", m.ID, err, m.HTML)
		}
	}
}

func TestALetterTellsFromWhereItWasDone(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		authtest.SignIn(t, s.url, s.box, "ada@example.com")
		body := fmt.Sprintf(`{"token":%q}`, authtest.Link(t, s.url, s.box, "ada@example.com"))
		firefox := with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
		s.do(t, http.MethodPost, verify, body, firefox).want(t, http.StatusOK)
		for {
			mail, err := s.box.Next(t.Context(), "ada@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if mail.Subject != s.subject(t, "new_device") {
				continue
			}
			for _, want := range []string{"Device: Firefox on Linux\n", "Place: 127.0.0.1\n", "Time: "} {
				if !strings.Contains(mail.Text, want) {
					t.Errorf("the letter lacks %q:\n%s", want, mail.Text)
				}
			}
			return
		}
	})
}

// Whoever asks for a link decides what their browser says of itself, and somebody else
// may read it.
func TestADeviceCannotAdvertise(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	for i, agent := range []string{"https://evil.example/win", "evil.example", "call+49:800", "x@evil.example/1.0"} {
		address := fmt.Sprintf("ada%d@example.com", i)
		s.do(t, http.MethodPost, "/auth/magic-link/send", fmt.Sprintf(`{"email":%q}`, address), with("User-Agent", agent)).want(t, http.StatusAccepted)
		mail, err := s.box.Next(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mail.Text+mail.HTML, "evil") || strings.Contains(mail.Text, "+49") {
			t.Errorf("%s is in the mail:\n%s", agent, mail.Text)
		}
	}
}

func TestAnApplicationHasItsOwnWords(t *testing.T) {
	t.Parallel()
	for _, m := range mails(t, func(o *auth.Options) {
		o.Letter = func(kind string, words email.Letter) email.Letter {
			if kind == "sign_in" {
				words.Subject, words.Button.Label = "Anmelden", "Los"
			}
			return words
		}
	}) {
		own := strings.Contains(m.HTML, ">Los<") && strings.Contains(m.Text, "/auth/magic-link/verify?token=") && m.Subject == "Anmelden"
		if own != (m.ID == "sign_in") {
			t.Errorf("%s: subject %q, text:\n%s", m.ID, m.Subject, m.Text)
		}
	}
}
