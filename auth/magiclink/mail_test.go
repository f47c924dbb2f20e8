package magiclink

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/email"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// senderFunc is an email.Sender.
type senderFunc func(email.Message) error

func (f senderFunc) Send(_ context.Context, m email.Message) error { return f(m) }

func links(send senderFunc) *Links {
	return &Links{options: Options{
		Key: key, Life: 15 * time.Minute, Address: "https://box.example/auth/magic-link/verify",
		App: "Box <Office>", From: "Box <box@box.example>", Sender: send,
	}}
}

func TestMail(t *testing.T) {
	t.Parallel()
	var got email.Message
	l := links(func(m email.Message) error { got = m; return nil })
	mail := Mail{To: "ada@example.com", Nonce: "n1", Expires: time.Now().Add(time.Minute)}
	if _, err := l.deliver(t.Context(), mail, "work-1"); err != nil {
		t.Fatal(err)
	}
	want := email.Message{
		ID: "work-1", From: "Box <box@box.example>", To: []string{"ada@example.com"}, Subject: "Sign in to Box <Office>",
		Text: golden(t, "mail.txt", got.Text), HTML: golden(t, "mail.html", got.HTML),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mail (-want +got):\n%s", diff)
	}
	if err := got.Check(); err != nil {
		t.Error(err)
	}
}

func golden(t *testing.T, name, got string) string {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(want)
}
