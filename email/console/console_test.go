package console_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/console"
)

func TestSend(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	m := email.Message{From: "box@example.com", To: []string{"ada@example.com", "bob@example.com"}, Subject: "Hello", Text: "Hi there\n"}
	if err := console.New(&out).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := "From: box@example.com\nTo: ada@example.com, bob@example.com\nSubject: Hello\n\nHi there\n\n"
	if out.String() != want {
		t.Errorf("wrote %q, want %q", out.String(), want)
	}
}

func TestSendWritesHTMLWhenThereIsNoText(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	m := email.Message{From: "box@example.com", To: []string{"ada@example.com"}, HTML: "<p>Hi</p>"}
	if err := console.New(&out).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "\n\n<p>Hi</p>\n\n") {
		t.Errorf("wrote %q, want the HTML", out.String())
	}
}

func TestSendRefusesMalformedMail(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := console.New(&out).Send(t.Context(), email.Message{}); !errors.Is(err, email.ErrPermanent) {
		t.Errorf("error = %v, want %v", err, email.ErrPermanent)
	}
	if out.Len() > 0 {
		t.Errorf("wrote %q, want nothing", out.String())
	}
}
