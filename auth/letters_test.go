package auth_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
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
