package magiclink_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sender answers its first attempts with errs and accepts what comes after.
type sender struct {
	mu   sync.Mutex
	errs []error
	ids  []string // of all attempts
	sent []email.Message
}

func (s *sender) Send(_ context.Context, m email.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, m.ID)
	if n := len(s.ids); n <= len(s.errs) {
		return s.errs[n-1]
	}
	s.sent = append(s.sent, m)
	return nil
}

func start(t *testing.T, s *sender) (*store.Runtime, *magiclink.Links) {
	t.Helper()
	rt := store.NewRuntime(memory.New(), store.Options{})
	links := magiclink.New(rt, magiclink.Options{
		Key: bytes.Repeat([]byte{7}, 32), Life: 15 * time.Minute, Address: "http://box.test/verify",
		App: "Box", From: "box@box.test", Sender: s,
	})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return rt, links
}

func request(t *testing.T, links *magiclink.Links, nonce string) {
	t.Helper()
	err := links.Request(t.Context(), magiclink.Request{Nonce: nonce, Email: "ada@example.com", RedirectTo: "/tickets"})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *sender) token(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) != 1 {
		t.Fatalf("%d mails were sent, want 1", len(s.sent))
	}
	_, rest, _ := strings.Cut(s.sent[0].Text, "?token=")
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

func TestALinkCanBeFoundUntilItExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sender{}
		_, links := start(t, s)
		request(t, links, "n1")
		synctest.Wait()
		token := s.token(t)

		link, err := links.Find(t.Context(), token)
		if want := (magiclink.Link{Email: "ada@example.com", RedirectTo: "/tickets"}); err != nil || link != want {
			t.Errorf("Find() = %+v, %v; want %+v", link, err, want)
		}
		if _, err := links.Find(t.Context(), token+"x"); !errors.Is(err, magiclink.ErrInvalidToken) {
			t.Errorf("Find() of another token = %v, want %v", err, magiclink.ErrInvalidToken)
		}
		time.Sleep(15 * time.Minute)
		if _, err := links.Find(t.Context(), token); !errors.Is(err, magiclink.ErrInvalidToken) {
			t.Errorf("Find() after 15 minutes = %v, want %v", err, magiclink.ErrInvalidToken)
		}
	})
}

func TestMailIsTriedAgainUnderTheSameID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		away := errors.New("the mail server is away")
		s := &sender{errs: []error{away, away, away}}
		_, links := start(t, s)
		request(t, links, "n1")
		time.Sleep(time.Minute)
		s.token(t)
		if len(s.ids) != 4 || s.ids[0] == "" || s.ids[0] != s.ids[3] {
			t.Errorf("attempts under the ids %q, want 4 under one", s.ids)
		}
	})
}

func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	away := errors.New("the mail server is away")
	cases := map[string]struct {
		errs   []error
		reason string
		most   int // attempts
	}{
		"at once when the recipient is refused": {[]error{email.ErrPermanent}, email.ErrPermanent.Error(), 1},
		"when the link has expired":             {repeat(away, 1000), "expired", 30},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &sender{errs: c.errs}
				rt, links := start(t, s)
				request(t, links, "n1")
				time.Sleep(20 * time.Minute)
				letter := deadLetter(t, rt)
				last := letter.Failures[len(letter.Failures)-1].Error
				if letter.Kind != "magiclink.mail" || !strings.Contains(last, c.reason) {
					t.Errorf("dead letter %s: %s, want one that says %q", letter.Kind, last, c.reason)
				}
				if len(s.ids) > c.most {
					t.Errorf("%d attempts, want at most %d", len(s.ids), c.most)
				}
			})
		})
	}
}

func deadLetter(t *testing.T, rt *store.Runtime) eventlog.DeadLetter {
	t.Helper()
	letters, err := rt.Graveyard().DeadLetters(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(letters) != 1 {
		t.Fatalf("%d dead letters, want 1", len(letters))
	}
	return letters[0]
}

func repeat(err error, n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
