// Package console writes mails to a writer instead of sending them.
package console

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/composable-go/composable/email"
)

// Sender is an [email.Sender] for development: it shows each mail's text.
type Sender struct {
	mu sync.Mutex
	w  io.Writer
}

// New returns a sender that writes to w, one mail at a time.
func New(w io.Writer) *Sender { return &Sender{w: w} }

// Send writes the mail; of one without text, its HTML.
func (s *Sender) Send(_ context.Context, m email.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	body := m.Text
	if body == "" {
		body = m.HTML
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := fmt.Fprintf(s.w, "From: %s\nTo: %s\nSubject: %s\n\n%s\n\n", m.From, strings.Join(m.To, ", "), m.Subject, strings.TrimSpace(body))
	return err
}
