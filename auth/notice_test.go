package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/email"
)

// closedAtTimes is a mailbox that takes nothing while it is closed.
type closedAtTimes struct {
	*authtest.Mailbox
	closed atomic.Bool
}

func (c *closedAtTimes) Send(ctx context.Context, m email.Message) error {
	if c.closed.Load() {
		return errors.New("the mail server is away")
	}
	return c.Mailbox.Send(ctx, m)
}

func TestWhoWasErasedGetsNoMailThatWaited(t *testing.T) {
	mails := &closedAtTimes{Mailbox: authtest.NewMailbox()}
	inBubble(t, func(t *testing.T, s *site) {
		s.box = mails.Mailbox
		for address, erased := range map[string]bool{"kept@example.com": false, "erased@example.com": true} {
			user := s.signIn(t, address).User.ID
			token := s.link(t, address)
			mails.closed.Store(true)
			// From a new device, which its owner is told of.
			s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, token)).want(t, http.StatusOK)
			synctest.Wait()
			if erased {
				if err := s.rt.Change(t.Context(), personal.Forget(user)); err != nil {
					t.Fatal(err)
				}
			}
			mails.closed.Store(false)
			time.Sleep(5 * time.Minute) // of virtual time
			now, cancel := context.WithCancel(t.Context())
			cancel()
			if m, err := s.box.Next(now, address); (err == nil) == erased {
				t.Errorf("%s: mail %q, %v", address, m.Subject, err)
			}
		}
	}, func(o *auth.Options) { o.Sender = mails })
}
