package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// Options adjust a [Sender]. The zero value works.
type Options struct {
	// RootCAs vouch for the server; nil means the system's.
	RootCAs *x509.CertPool
	// Timeout bounds connecting, and each step of the conversation thereafter.
	// 0 means 15 seconds.
	Timeout time.Duration
	// HELO is how this machine introduces itself; "" means its host name.
	HELO string
}

type config struct {
	host     string
	port     int
	implicit bool // TLS from the first byte
	policy   mail.TLSPolicy
	user     *url.Userinfo
}

// parse reads an SMTP URL. Its errors never show the URL, which holds a password.
func parse(raw string) (config, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return config{}, errors.New("smtp: the URL must look like smtp://user:password@host:587 or smtps://user:password@host:465, with special characters of the password percent-encoded")
	}
	c := config{host: u.Hostname(), port: 587, implicit: u.Scheme == "smtps", user: u.User}
	if c.implicit {
		c.port = 465
	}
	if u.Port() != "" {
		if c.port, err = strconv.Atoi(u.Port()); err != nil {
			return config{}, errors.New("smtp: the port of the URL must be a number")
		}
	}
	c.policy, err = policy(u.Query().Get("tls"), c.implicit)
	if err == nil && c.policy == mail.NoTLS && c.user != nil {
		err = errors.New("smtp: tls=none would send the password in the clear; remove tls=none, or user and password")
	}
	return c, err
}

func policy(name string, implicit bool) (mail.TLSPolicy, error) {
	switch {
	case implicit && name == "":
		// The connection is a TLS one before go-mail sees it; this policy makes
		// go-mail look at the connection and find that out.
		return mail.TLSOpportunistic, nil
	case implicit:
		return 0, fmt.Errorf("smtp: smtps is TLS from the first byte; remove tls=%s or use smtp://", name)
	case name == "":
		return mail.TLSMandatory, nil
	case name == "opportunistic":
		return mail.TLSOpportunistic, nil
	case name == "none":
		return mail.NoTLS, nil
	}
	return 0, fmt.Errorf("smtp: tls=%s is unknown; leave it out for TLS, or say none or opportunistic", name)
}

func (c config) tls(roots *x509.CertPool) *tls.Config {
	return &tls.Config{ServerName: c.host, RootCAs: roots, MinVersion: tls.VersionTLS12}
}
