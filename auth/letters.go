package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// letter is what a mail about an account tells, in plain text. The details of a
// [Notice] are one as JSON, sealed.
type letter struct {
	Device   string   `json:"device,omitempty"` // from which it was done: "Firefox on Linux"
	Place    string   `json:"place,omitempty"`  // of that device
	Passkey  string   `json:"passkey,omitempty"`
	Provider string   `json:"provider,omitempty"`
	Reasons  []string `json:"reasons,omitempty"` // sentences

	At   time.Time `json:"-"` // when it was done
	Link string    `json:"-"` // path and query of the page where the reader goes on
}

// send writes and sends the letter of a kind. The same key means the same mail.
func (a *Auth) send(ctx context.Context, key store.Key, to, kind string, l letter) error {
	m, err := a.write(kind, l)
	if err != nil {
		return store.Permanent(err)
	}
	m.ID, m.From, m.To = string(key), a.options.From, []string{to}
	return discreet(a.options.Sender.Send(ctx, m), to)
}

// write makes a mail of a letter, in the words of the application where it has some.
func (a *Auth) write(kind string, l letter) (email.Message, error) {
	for _, k := range letterKinds() {
		if k.name != kind {
			continue
		}
		words := k.words(a, l)
		words.Facts = append(words.Facts, l.facts()...)
		if a.options.Letter != nil {
			words = a.options.Letter(kind, words)
		}
		return a.options.Layout.Message(words)
	}
	return email.Message{}, fmt.Errorf("auth: there are no words for a letter %q", kind)
}

// facts are what is known of the circumstances.
func (l letter) facts() []email.Fact {
	var facts []email.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, email.Fact{Label: label, Value: value})
		}
	}
	add("Passkey", l.Passkey)
	if !strings.ContainsAny(l.Device, ".:/@+") { // it may be said by somebody who wants the reader to go or to call somewhere
		add("Device", l.Device)
	}
	add("Place", strings.TrimSuffix(l.Place, "/32"))
	if !l.At.IsZero() {
		add("Time", l.At.UTC().Format("2 January 2006, 15:04 UTC"))
	}
	return facts
}

// Mails returns one mail of each kind with made-up content, in the layout and the words
// of the application, for a page that shows them. The ID of each is its kind.
func (a *Auth) Mails() ([]email.Message, error) {
	var mails []email.Message
	for _, k := range letterKinds() {
		m, err := a.write(k.name, k.sample)
		if err != nil {
			return nil, err
		}
		m.ID, m.From = k.name, a.options.From
		mails = append(mails, m)
	}
	return mails, nil
}

// mailLink mails a link to whoever it is for.
func (a *Auth) mailLink(ctx context.Context, link magiclink.Link, token string, key store.Key) error {
	switch link.Purpose {
	case purposeSignIn:
		return a.send(ctx, key, link.Email, "sign_in", letter{Device: link.Device, Link: verifyPath + "?token=" + token})
	case purposeAddress:
		return a.mailAddressLink(ctx, link, token, key)
	case purposeLinkIdentity:
		l, err := a.confirmLetter(link, token)
		if err != nil {
			return store.Permanent(err)
		}
		return a.send(ctx, key, link.Email, "link_identity", l)
	default:
		return store.Permanent(fmt.Errorf("auth: links for %q are not mailed", link.Purpose))
	}
}
