package app

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/composable-go/composable/auth/oauth"
)

// Config is what the environment says. The tags name the variables; each may also
// be given with the prefix COMPOSABLE_, which then wins.
type Config struct {
	// Listen is the address to serve on.
	Listen string `env:"LISTEN" envDefault:"127.0.0.1:8080"`
	// DatabaseURL is sqlite:PATH, postgres://… or memory:.
	DatabaseURL string `env:"DATABASE_URL" envDefault:"sqlite:data/composable.db"`
	// BaseURL is where browsers reach the program; http://localhost:PORT when empty.
	BaseURL string `env:"BASE_URL"`
	// SecretKey signs links and codes: 32 random bytes or more. Made and kept in
	// development, required in production by programs with sign-in.
	SecretKey string `env:"SECRET_KEY"`
	// Dev is development: a mailbox instead of mail, and whatever the program adds.
	Dev bool `env:"DEV"`
	// SMTPURL is smtp://user:password@host:587 or smtps://….
	SMTPURL string `env:"SMTP_URL"`
	// MailFrom is the sender of mails; no-reply@ the host of BaseURL when empty.
	MailFrom string `env:"MAIL_FROM"`
	// AdminEmails are the addresses whose owners are admins.
	AdminEmails []string `env:"ADMIN_EMAILS"`
	// TrustedProxies are the CIDR prefixes that are believed about the client's address.
	TrustedProxies []string `env:"TRUSTED_PROXIES"`
	// DataDir holds what a program keeps beside its database.
	DataDir string `env:"DATA_DIR" envDefault:"data"`

	// OAuth is who may vouch for people: one provider for each OAUTH_<NAME>_CLIENT_ID with
	// its OAUTH_<NAME>_CLIENT_SECRET. GOOGLE and GITHUB are known; any other NAME speaks
	// OpenID Connect and needs an OAUTH_<NAME>_ISSUER.
	OAuth []*oauth.Provider `env:"-"`

	describe string // the file to describe the program in, instead of serving
	err      error
}

const prefix = "COMPOSABLE_"

// FromEnv reads the configuration. Defaults are "KEY=value" and hold where the
// environment says nothing. What is wrong with it is reported by [New] and [Open].
func FromEnv(defaults ...string) Config {
	return ConfigOf(append(slices.Clone(defaults), os.Environ()...)...)
}

// ConfigOf is [FromEnv] for settings given as "KEY=value", the later ones winning,
// and nothing else.
func ConfigOf(settings ...string) Config {
	var c Config
	plain, prefixed := map[string]string{}, map[string]string{}
	for _, entry := range settings {
		key, value, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(key, prefix); ok {
			prefixed[name] = value
		} else {
			plain[key] = value
		}
	}
	if file, ok := prefixed[describeKey]; ok {
		return describing(file)
	}
	params, err := env.GetFieldParams(&c)
	if err != nil {
		return Config{err: err}
	}
	for name, value := range prefixed {
		_, _, known := oauthSetting(name)
		if !known && !slices.ContainsFunc(params, func(p env.FieldParams) bool { return p.Key == name }) {
			return Config{err: fmt.Errorf("%s%s is not a setting; see the fields of app.Config for those there are", prefix, name)}
		}
		plain[name] = value
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: plain}); err != nil {
		return Config{err: err}
	}
	if c.OAuth, err = providersOf(plain); err != nil {
		return Config{err: err}
	}
	c.err = c.complete()
	return c
}

// complete fills in what follows from the rest and checks that it fits together.
func (c *Config) complete() error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN is %q; it must be host:port, as in 127.0.0.1:8080", c.Listen)
	}
	if ip := net.ParseIP(host); c.Dev && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("DEV=1 shows every mail to whoever asks and serves only this machine: LISTEN on 127.0.0.1 instead of %q, or unset DEV", host)
	}
	c.BaseURL = strings.TrimSuffix(cmp.Or(c.BaseURL, "http://localhost:"+port), "/")
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return fmt.Errorf("BASE_URL is %q; it must be an address, as in https://box.example", c.BaseURL)
	}
	c.MailFrom = cmp.Or(c.MailFrom, "no-reply@"+base.Hostname())
	if c.SecretKey != "" && len(c.SecretKey) < 32 {
		return errors.New("SECRET_KEY is too short; use the output of: openssl rand -hex 32")
	}
	return nil
}

// secretKey returns the key, which in development is made once and kept.
func (c *Config) secretKey() ([]byte, error) {
	if c.SecretKey != "" {
		return []byte(c.SecretKey), nil
	}
	if !c.Dev {
		return nil, errors.New("SECRET_KEY is missing; set it to the output of: openssl rand -hex 32 (or run with DEV=1 on your own machine)")
	}
	return keptSecret(filepath.Join(c.DataDir, "secret.key"))
}
