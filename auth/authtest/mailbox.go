package authtest

import (
	"context"
	"fmt"
	"sync"

	"github.com/composable-go/composable/email"
)

// Mailbox is an [email.Sender] that keeps the mails of each recipient until they
// are read. A mail that is sent again under the same ID arrives once.
type Mailbox struct {
	mu      sync.Mutex
	seen    map[string]bool
	unread  map[string][]email.Message
	arrived chan struct{} // closed and replaced with every mail
}

// NewMailbox returns an empty mailbox.
func NewMailbox() *Mailbox {
	return &Mailbox{seen: map[string]bool{}, unread: map[string][]email.Message{}, arrived: make(chan struct{})}
}

// Send implements [email.Sender].
func (b *Mailbox) Send(_ context.Context, m email.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.ID != "" && b.seen[m.ID] {
		return nil
	}
	b.seen[m.ID] = true
	for _, to := range m.To {
		b.unread[to] = append(b.unread[to], m)
	}
	close(b.arrived)
	b.arrived = make(chan struct{})
	return nil
}

// Next takes the oldest mail to the address that was not taken yet, and waits
// for one until ctx ends.
func (b *Mailbox) Next(ctx context.Context, to string) (email.Message, error) {
	for {
		m, ok, arrived := b.take(to)
		if ok {
			return m, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return email.Message{}, fmt.Errorf("authtest: no mail to %s: %w", to, ctx.Err())
		}
	}
}

func (b *Mailbox) take(to string) (m email.Message, ok bool, arrived <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.unread[to]) == 0 {
		return m, false, b.arrived
	}
	m, b.unread[to] = b.unread[to][0], b.unread[to][1:]
	return m, true, b.arrived
}
