package auth

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// Options of [New]. SecretKey, BaseURL, From and Sender are required.
type Options struct {
	SecretKey   []byte   // at least 32 random bytes, the same on every node
	FormerKeys  [][]byte // that SecretKey replaced, the newest first, to read what they have encrypted
	BaseURL     string   // "https://box.example": where browsers reach the application; without a name there, passkeys are off
	Sender      email.Sender
	From        string   // sender of the mails
	AdminEmails []string // who is an admin

	App         string        // name for pages and mails; the host of BaseURL when empty
	SignInPath  string        // page to ask for a link; "/" when empty
	AccountPath string        // page of sessions and ways to sign in, for mails; "/" when empty
	LinkLife    time.Duration // 15 minutes when 0
	SessionLife time.Duration // from sign-in on, 30 days when 0
	SessionIdle time.Duration // from its last use on, which is noted in steps of a tenth, at most 5 minutes; 14 days when 0
	SessionCap  time.Duration // makes SessionLife count from the last use on, and this from sign-in on; off when 0
	MaxSessions int           // of one user, the oldest one ends; 20 when 0
	StepUpLife  time.Duration // how long a passkey's proof makes a session one of [LevelStrong]; 10 minutes when 0

	// Providers may vouch for people; sign-in pages show them in this order.
	Providers []*oauth.Provider

	// UserVerification says whether passkeys must be unlocked, by PIN or biometrics, to
	// register and to sign in; passkey.Preferred when empty. A step-up requires it.
	UserVerification passkey.UserVerification

	// InsecureAllowCounterRollback lets passkeys in that may have been copied: those
	// whose signature counter goes back. They are reported either way. Those of synced
	// keychains, which do not count, are let in always.
	InsecureAllowCounterRollback bool

	// RedirectOrigins are other sites that a sign-in may lead to, besides paths of this
	// one: "https://app.example".
	RedirectOrigins []string

	// Layout of the mails. App and Home are filled in; what is nil is a plain one.
	Layout email.Layout
	// Letter changes the words of a mail of that kind, such as "sign_in" or
	// "passkey_added"; nil leaves them as they are. [Auth.Mails] shows all kinds.
	Letter func(kind string, words email.Letter) email.Letter

	// Export adds to the export of an account, by name, what the application knows of a
	// user. ctx ends when nobody waits for it any longer; an error breaks the export off.
	Export map[string]func(ctx context.Context, userID string) (any, error)

	Limits  Limits
	Risk    risk.Policy
	Locator Locator      // of networks; nil: nobody knows where they are
	Logger  *slog.Logger // slog.Default() when nil
}

// Auth knows the users and their sessions.
type Auth struct {
	options Options // complete
	rt      *store.Runtime
	https   bool
	origin  string   // of all pages: "https://box.example"
	admins  []string // the claims of their addresses

	users    *store.Store[User, Action]
	sessions Reducer // what it says of how long sessions last
	parsed   *parsedSessions
	links    *magiclink.Links
	passkeys *passkey.RelyingParty // nil where there are none

	limiter *limiter
	buckets *buckets
	classes map[string]limitClass // by route

	keys     *personal.Keys // of the users
	ring     *seal.Ring     // of what only the servers read
	blindKey []byte         // of names that do not tell what they stand for
	retryKey []byte         // of session tokens that a retry must find again
}

// New adds the stores and handlers of users and magic links to a runtime that
// has not been started. It panics when an option is missing or unusable, and
// names the remedy.
func New(rt *store.Runtime, o Options) *Auth {
	o = o.withDefaults()
	base, admins, err := o.check()
	if err != nil {
		panic("auth: " + err.Error())
	}
	o.App = cmp.Or(o.App, base.Host)
	a := &Auth{
		options:  o,
		rt:       rt,
		https:    base.Scheme == "https",
		origin:   base.Scheme + "://" + base.Host,
		users:    store.New(rt, "user", o.reducer()),
		sessions: o.reducer(),
		parsed:   &parsedSessions{byData: map[string]parsed{}},
		limiter:  &limiter{rt: rt, waiting: map[string][]chan<- error{}},
		buckets:  &buckets{},
		classes:  routeLimits(),
		ring:     o.ring(),
		blindKey: derive(o.firstKey(), "blind names"),
		retryKey: derive(o.SecretKey, "session retries"),
	}
	a.keys = personal.NewKeys(rt, a.ring)
	a.options.Layout.App, a.options.Layout.Home = o.App, a.origin
	for _, address := range admins {
		a.admins = append(a.admins, a.addressClaim(address))
	}
	if a.passkeys, err = o.relyingParty(rt, base); err != nil {
		panic("auth: " + err.Error())
	}
	a.handle()
	return a
}

// handle adds what effects need.
func (a *Auth) handle() {
	a.links = magiclink.New(a.rt, magiclink.Options{
		Key: derive(a.options.SecretKey, "magic link"), Ring: a.ring, Life: a.options.LinkLife, Send: a.mailLink,
	})
	store.Handle(a.rt, a.notify, store.Retry{Max: 30, Base: time.Second, Cap: time.Minute})
	store.Handle(a.rt, a.sayFarewell, store.Retry{Max: 30, Base: time.Second, Cap: time.Minute})
	a.handleTokens()
}

// Users is the store of users, one stream each, for whoever shows them or follows
// their events.
func (a *Auth) Users() *store.Store[User, Action] { return a.users }

// relyingParty is nil for an address without a name, to which no passkey can belong.
func (o Options) relyingParty(rt *store.Runtime, base *url.URL) (*passkey.RelyingParty, error) {
	if net.ParseIP(base.Hostname()) != nil {
		return nil, nil
	}
	return passkey.New(rt, passkey.Options{
		ID: base.Hostname(), Name: o.App, Origins: []string{base.Scheme + "://" + base.Host},
		UserVerification: o.UserVerification,
	})
}

func (o Options) withDefaults() Options {
	o.SignInPath = cmp.Or(o.SignInPath, "/")
	o.AccountPath = cmp.Or(o.AccountPath, "/")
	o.LinkLife = cmp.Or(o.LinkLife, 15*time.Minute)
	o.SessionLife = cmp.Or(o.SessionLife, 30*24*time.Hour)
	o.SessionIdle = cmp.Or(o.SessionIdle, 14*24*time.Hour)
	o.MaxSessions = cmp.Or(o.MaxSessions, 20)
	o.StepUpLife = cmp.Or(o.StepUpLife, 10*time.Minute)
	o.Limits = o.Limits.withDefaults()
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return o
}

func (o Options) reducer() Reducer {
	return Reducer{
		SessionLife: o.SessionLife, SessionIdle: o.SessionIdle, SessionCap: o.SessionCap,
		MaxSessions: o.MaxSessions, StepUpLife: o.StepUpLife,
		InsecureAllowCounterRollback: o.InsecureAllowCounterRollback,
	}
}

func (o Options) check() (base *url.URL, admins []string, err error) {
	base, err = url.Parse(o.BaseURL)
	switch {
	case len(o.SecretKey) < 32:
		return nil, nil, fmt.Errorf("Options.SecretKey has %d bytes; give it 32 random ones, as from: openssl rand -hex 32", len(o.SecretKey))
	case err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || strings.Trim(base.Path, "/") != "":
		return nil, nil, fmt.Errorf("Options.BaseURL is %q; it must be scheme and host, as in https://box.example", o.BaseURL)
	case o.SessionCap != 0 && o.SessionCap < o.SessionLife:
		return nil, nil, fmt.Errorf("Options.SessionCap is %v, less than SessionLife, %v; make it longer, or leave it out for no sliding", o.SessionCap, o.SessionLife)
	case min(o.SessionLife, o.SessionIdle, o.StepUpLife) < 0 || o.MaxSessions < 0:
		return nil, nil, errors.New("Options.SessionLife, SessionIdle, StepUpLife or MaxSessions is negative; leave it out for the default")
	case o.Sender == nil:
		return nil, nil, errors.New("Options.Sender is missing; give it an smtp.Sender, or a mailbox during development")
	}
	if err := (email.Message{From: o.From, To: []string{o.From}, Text: "-"}).Check(); err != nil {
		return nil, nil, fmt.Errorf("Options.From is %q; it must be an address, as in Box <box@box.example>", o.From)
	}
	for _, entry := range o.AdminEmails {
		address, err := normalise(entry)
		if err != nil {
			return nil, nil, fmt.Errorf("Options.AdminEmails has %q, which is not an address", entry)
		}
		admins = append(admins, address)
	}
	if err := o.Risk.Check(); err != nil {
		return nil, nil, fmt.Errorf("Options.Risk: %w", err)
	}
	return base, admins, errors.Join(
		checkOrigins(o.RedirectOrigins), checkProviders(o.Providers), o.Limits.check(), checkExports(o.Export))
}

// ring holds the keys of today and of the past.
func (o Options) ring() *seal.Ring {
	keys := [][]byte{derive(o.SecretKey, "seal")}
	for _, former := range o.FormerKeys {
		keys = append(keys, derive(former, "seal"))
	}
	return seal.New(keys...)
}

// firstKey is the one that names were made blind with first: they would not be found
// under another.
func (o Options) firstKey() []byte {
	if len(o.FormerKeys) == 0 {
		return o.SecretKey
	}
	return o.FormerKeys[len(o.FormerKeys)-1]
}

// derive makes a key for one purpose, so that what is signed for one is worth
// nothing for another.
func derive(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "composable auth: "+purpose, sha256.Size)
	if err != nil {
		panic("auth: " + err.Error()) // only for lengths beyond 8 KiB
	}
	return key
}
