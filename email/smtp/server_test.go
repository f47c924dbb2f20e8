package smtp_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

const user, password = "box", "s3cr3t p@ss/word"

// server is a real SMTP server on a port of this machine.
type server struct {
	addr  string
	roots *x509.CertPool

	mu       sync.Mutex
	received []*received
	setup    setup
}

type received struct {
	from   string
	to     []string
	tls    bool
	user   string
	header netmail.Header
	body   string
}

type setup struct {
	implicit bool
	noTLS    bool
	hangUp   bool                         // once a mail is accepted
	refuse   map[string]*gosmtp.SMTPError // by recipient
}

func startServer(t *testing.T, o setup) *server {
	t.Helper()
	cert, roots := selfSigned(t)
	s := &server{roots: roots, setup: o}
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(c *gosmtp.Conn) (gosmtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	srv.Domain = "localhost"
	srv.ErrorLog = silent{}
	var l net.Listener
	var err error
	switch config := (&tls.Config{Certificates: []tls.Certificate{cert}}); {
	case o.implicit:
		l, err = tls.Listen("tcp", "127.0.0.1:0", config)
	case o.noTLS:
		l, err = net.Listen("tcp", "127.0.0.1:0")
	default:
		srv.TLSConfig = config
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-served
	})
	return s
}

func (s *server) url(scheme, query string) string {
	u := url.URL{Scheme: scheme, Host: s.addr, User: url.UserPassword(user, password), RawQuery: query}
	return u.String()
}

func (s *server) mails() []*received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

func (s *server) only(t *testing.T) *received {
	t.Helper()
	mails := s.mails()
	if len(mails) != 1 {
		t.Fatalf("the server got %d mails, want 1", len(mails))
	}
	return mails[0]
}

type session struct {
	server *server
	conn   *gosmtp.Conn
	user   string
	mail   received
}

func (*session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, pass string) error {
		if name != user || pass != password {
			return gosmtp.ErrAuthFailed
		}
		s.user = name
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *gosmtp.MailOptions) error {
	s.mail = received{from: from, user: s.user}
	_, s.mail.tls = s.conn.TLSConnectionState()
	return nil
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	if refusal, ok := s.server.setup.refuse[to]; ok {
		return refusal
	}
	s.mail.to = append(s.mail.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	msg, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(msg.Body)
	if err != nil {
		return err
	}
	s.mail.header, s.mail.body = msg.Header, string(body)
	m := s.mail
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.received = append(s.server.received, &m)
	return nil
}

func (s *session) Reset() {
	if s.server.setup.hangUp && s.mail.body != "" {
		_ = s.conn.Conn().Close()
	}
}

func (*session) Logout() error { return nil }

// silent drops what the server says about clients that hang up.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// mute greets the first client, listens, and never says another word. The
// channel tells that the client has spoken.
func mute(t *testing.T) (addr string, spoken <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	heard, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "220 localhost\r\n")
		_, _ = conn.Read(make([]byte, 1))
		close(heard)
		_, _ = io.Copy(io.Discard, conn) // until the client hangs up
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String(), heard
}
