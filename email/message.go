package email

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
)

// Message is one mail. Addresses are RFC 5322 mailboxes: "ada@example.com" or
// "Ada <ada@example.com>".
type Message struct {
	// ID is the idempotency key of the mail: sent again under the same ID it is
	// recognisably the same mail. Empty: it is a mail of its own.
	ID      string   `json:"id,omitempty"`
	From    string   `json:"from"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text,omitempty"`
	HTML    string   `json:"html,omitempty"` // beside Text, for readers that prefer it
}

// Sender hands a mail over for delivery.
type Sender interface {
	// Send returns once the mail is accepted. An error that is [ErrPermanent]
	// will be the same next time; after any other the mail may be sent again,
	// also when ctx ended, as it may or may not have been accepted then.
	Send(ctx context.Context, m Message) error
}

// Send is the durable effect that sends a mail. An ID is not needed: the
// handler takes the effect's key.
type Send Message

// EffectName names the effect.
func (Send) EffectName() string { return "email.send" }

// ErrPermanent marks errors that no retry will mend: a malformed mail, a
// recipient that the server refuses.
var ErrPermanent = errors.New("email: refused for good")

// Check refuses a mail that no sender should touch: without recipient or
// content, with an address that is none, or with a line break or other control
// character where it would become a header. The error is [ErrPermanent].
func (m Message) Check() error {
	switch {
	case len(m.To) == 0:
		return fmt.Errorf("%w: no recipient", ErrPermanent)
	case m.Text == "" && m.HTML == "":
		return fmt.Errorf("%w: neither text nor HTML", ErrPermanent)
	}
	for _, header := range append([]string{m.ID, m.Subject, m.From}, m.To...) {
		if strings.ContainsFunc(header, unicode.IsControl) {
			return fmt.Errorf("%w: a control character in a header", ErrPermanent)
		}
	}
	for _, address := range append([]string{m.From}, m.To...) {
		if _, err := mail.ParseAddress(address); err != nil {
			return fmt.Errorf("%w: an address is malformed", ErrPermanent)
		}
	}
	return nil
}
