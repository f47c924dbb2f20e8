package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/smtp"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
)

// postOffice is a real SMTP server that puts what it is given into a mailbox.
type postOffice struct {
	address string
	box     *authtest.Mailbox

	mu      sync.Mutex
	headers strings.Builder // of all mails
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{address: listener.Addr().String(), box: authtest.NewMailbox()}
	server := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return &counter{office: o}, nil }))
	server.Domain = "localhost"
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return o
}

// counter is where one client hands its mails in.
type counter struct {
	office *postOffice
	mail   email.Message
}

func (c *counter) Mail(from string, _ *gosmtp.MailOptions) error {
	c.mail = email.Message{From: from}
	return nil
}

func (c *counter) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	c.mail.To = append(c.mail.To, to)
	return nil
}

func (c *counter) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	if c.mail.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return err
	}
	c.office.mu.Lock()
	fmt.Fprintln(&c.office.headers, m.Header)
	c.office.mu.Unlock()
	if err := c.read(m); err != nil {
		return err
	}
	return c.office.box.Send(context.Background(), c.mail)
}

// read takes the two parts of a mail.
func (c *counter) read(m *netmail.Message) error {
	media, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || media != "multipart/alternative" {
		return fmt.Errorf("a mail is %q: %w", media, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			c.mail.HTML = string(text)
		} else {
			c.mail.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
		}
	}
}

func (*counter) Reset()        {}
func (*counter) Logout() error { return nil }

// TestSignInThroughAMailServer goes the way of a mail to its reader, and back.
func TestSignInThroughAMailServer(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) (eventlog.Backend, error){
		"sqlite": func(t *testing.T) (eventlog.Backend, error) {
			return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "app.db"))
		},
		"postgres": func(t *testing.T) (eventlog.Backend, error) { return postgres.Open(t.Context(), pgtest.URL(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			office := openPostOffice(t)
			sender, err := smtp.New("smtp://"+office.address+"?tls=none", smtp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, log, func(o *auth.Options) { o.Sender = sender })
			s.box = office.box
			testWholeFlow(t, s)
			testCode(t, s)
			token := authtest.Link(t, s.url, s.box, "eve@example.com")
			office.mu.Lock()
			defer office.mu.Unlock()
			headers := office.headers.String()
			if !strings.Contains(headers, "eve@example.com") || strings.Contains(headers, token) || strings.Contains(headers, "token=") {
				t.Errorf("a token is in the headers of a mail, or there are none:\n%s", headers)
			}
		})
	}
}
