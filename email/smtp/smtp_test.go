package smtp_test

import (
	"context"
	"errors"
	"mime"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/smtp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func hello(to ...string) email.Message {
	return email.Message{
		ID: "work 7/a", From: "Box <box@example.com>", To: to, Subject: "Grüße",
		Text: "Hi Ada", HTML: "<p>Hi Ada</p>",
	}
}

func newSender(t *testing.T, url string, s *server) *smtp.Sender {
	t.Helper()
	sender, err := smtp.New(url, smtp.Options{RootCAs: s.roots, HELO: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestSend(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		setup         setup
		scheme, query string
		user          string
		tls           bool
	}{
		"STARTTLS":                         {setup{}, "smtp", "", user, true},
		"implicit TLS":                     {setup{implicit: true}, "smtps", "", user, true},
		"opportunistic, TLS offered":       {setup{}, "smtp", "tls=opportunistic", user, true},
		"opportunistic, TLS not offered":   {setup{noTLS: true}, "smtp", "tls=opportunistic", "", false},
		"without TLS because it was asked": {setup{noTLS: true}, "smtp", "tls=none", "", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, c.setup)
			url := s.url(c.scheme, c.query)
			if c.user == "" {
				url = c.scheme + "://" + s.addr + "?" + c.query
			}
			sender := newSender(t, url, s)
			if err := sender.Check(t.Context()); err != nil {
				t.Errorf("Check() = %v", err)
			}
			if err := sender.Send(t.Context(), hello("ada@example.com", "Bob <bob@example.com>")); err != nil {
				t.Fatal(err)
			}
			checkMail(t, s.only(t), c.user, c.tls)
		})
	}
}

func checkMail(t *testing.T, m *received, wantUser string, wantTLS bool) {
	t.Helper()
	if m.from != "box@example.com" || m.tls != wantTLS || m.user != wantUser {
		t.Errorf("from %q, tls %v, user %q; want box@example.com, %v, %q", m.from, m.tls, m.user, wantTLS, wantUser)
	}
	if diff := cmp.Diff([]string{"ada@example.com", "bob@example.com"}, m.to); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
	if got := m.header.Get("Message-ID"); got != "<work+7%2Fa@example.com>" {
		t.Errorf("Message-ID = %s", got)
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.header.Get("Subject")); err != nil || subject != "Grüße" {
		t.Errorf("Subject = %q, %v", subject, err)
	}
	if !strings.HasPrefix(m.header.Get("Content-Type"), "multipart/alternative") ||
		!strings.Contains(m.body, "Hi Ada\r\n") || !strings.Contains(m.body, "<p>Hi Ada</p>") {
		t.Errorf("%s lacks the text or the HTML:\n%s", m.header.Get("Content-Type"), m.body)
	}
}

func TestSendAgainKeepsTheMessageID(t *testing.T) {
	t.Parallel()
	s := startServer(t, setup{})
	sender := newSender(t, s.url("smtp", ""), s)
	for range 2 {
		if err := sender.Send(t.Context(), hello("ada@example.com")); err != nil {
			t.Fatal(err)
		}
	}
	mails := s.mails()
	if first, second := mails[0].header.Get("Message-ID"), mails[1].header.Get("Message-ID"); first != second {
		t.Errorf("the Message-IDs %s and %s differ", first, second)
	}
}

func TestAMailThatWasAcceptedIsSentWhateverFollows(t *testing.T) {
	t.Parallel()
	s := startServer(t, setup{hangUp: true})
	if err := newSender(t, s.url("smtp", ""), s).Send(t.Context(), hello("ada@example.com")); err != nil {
		t.Errorf("Send() = %v although the mail was accepted", err)
	}
	s.only(t)
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	s := startServer(t, setup{refuse: map[string]*gosmtp.SMTPError{
		"gone@example.com": {Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
		"full@example.com": {Code: 452, EnhancedCode: gosmtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"},
	}})
	wrongPassword := "smtp://box:wrong@" + s.addr
	cases := map[string]struct {
		url, to   string
		permanent bool
	}{
		"recipient refused for good": {s.url("smtp", ""), "gone@example.com", true},
		"recipient refused for now":  {s.url("smtp", ""), "full@example.com", false},
		"wrong password":             {wrongPassword, "ada@example.com", false},
		"nobody listens":             {"smtp://127.0.0.1:1", "ada@example.com", false},
		"header injection":           {s.url("smtp", ""), "ada@example.com\r\nBcc: eve@example.com", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newSender(t, c.url, s).Send(t.Context(), hello(c.to))
			if err == nil || errors.Is(err, email.ErrPermanent) != c.permanent {
				t.Errorf("Send() = %v, want an error with permanent %v", err, c.permanent)
			}
			if len(s.mails()) > 0 {
				t.Error("a mail arrived")
			}
		})
	}
}

func TestSendInsistsOnTLS(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		setup setup
		roots bool
	}{
		"server without STARTTLS":        {setup{noTLS: true}, true},
		"certificate nobody vouches for": {setup{}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, c.setup)
			if !c.roots {
				s.roots = nil
			}
			sender := newSender(t, s.url("smtp", ""), s)
			if err := sender.Send(t.Context(), hello("ada@example.com")); err == nil {
				t.Error("the mail was sent")
			}
			if err := sender.Check(t.Context()); err == nil {
				t.Error("Check() found nothing wrong")
			}
		})
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	addr, spoken := mute(t)
	sender, err := smtp.New("smtp://"+addr, smtp.Options{Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-spoken
		cancel()
	}()
	if err := sender.Send(ctx, hello("ada@example.com")); !errors.Is(err, context.Canceled) {
		t.Errorf("Send() = %v, want %v", err, context.Canceled)
	}
}

func TestSendTimesOut(t *testing.T) {
	t.Parallel()
	addr, _ := mute(t)
	sender, err := smtp.New("smtp://"+addr, smtp.Options{Timeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), hello("ada@example.com")); err == nil || errors.Is(err, email.ErrPermanent) {
		t.Errorf("Send() = %v, want an error that is not permanent", err)
	}
}

func TestNewNamesTheRemedy(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                                          "must look like",
		"mail.example.com:587":                      "must look like",
		"http://mail.example.com":                   "must look like",
		"smtp://:587":                               "must look like",
		"smtp://u:s3cr3t%@mail.example.com":         "percent-encoded",
		"smtp://mail.example.com:99999":             "unusable",
		"smtp://mail.example.com?tls=maybe":         "none or opportunistic",
		"smtps://mail.example.com?tls=none":         "use smtp://",
		"smtp://u:s3cr3t@mail.example.com?tls=none": "in the clear",
	}
	for url, remedy := range cases {
		_, err := smtp.New(url, smtp.Options{})
		if err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("New(%q) = %v, want an error that says %q", url, err, remedy)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("New(%q) shows the password: %v", url, err)
		}
	}
}
