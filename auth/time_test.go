package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, test func(*testing.T, *site), change ...func(*auth.Options)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, startInBubble(t, memory.New(), change...)) })
}

func TestASessionIsCheckedUntilItEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		kept, revoked := s.signIn(t, "ada@example.com"), s.signIn(t, "ada@example.com")
		one, other := s.whoami(t, kept.Authorize), s.whoami(t, revoked.Authorize)
		if unused := time.Now().Add(14 * 24 * time.Hour); one.SessionEnds.Sub(unused).Abs() > time.Minute {
			t.Errorf("the session ends at %v, want %v", one.SessionEnds, unused)
		}
		check := func(actor store.Actor, want error) {
			t.Helper()
			now, err := s.auth.CheckSession(t.Context(), actor)
			if !errors.Is(err, want) {
				t.Errorf("session %q: %v, want %v", actor.Session, err, want)
			}
			if diff := cmp.Diff(actor, now); want == nil && diff != "" {
				t.Errorf("actor (-want +got):\n%s", diff)
			}
		}
		check(one, nil)
		check(other, nil)
		s.do(t, http.MethodPost, "/auth/logout", "", revoked.Authorize).want(t, http.StatusNoContent)
		check(one, nil)
		check(other, auth.ErrBadToken)
		check(store.Actor{ID: "somebody else", Session: one.Session}, auth.ErrBadToken)
		time.Sleep(time.Until(one.SessionEnds))
		check(one, auth.ErrBadToken)
	})
}

func TestWhatASocketDoesIsAUseOfItsSession(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		actor := s.whoami(t, ada.Authorize)
		for range 3 {
			time.Sleep(9 * time.Minute)
			now, err := s.auth.CheckSession(t.Context(), actor)
			if err != nil {
				t.Fatal(err)
			}
			if left := time.Until(now.SessionEnds); left > 10*time.Minute || left <= 0 {
				t.Errorf("the session is said to last %v more", left)
			}
		}
		s.whoami(t, ada.Authorize)
		time.Sleep(10 * time.Minute)
		if _, err := s.auth.CheckSession(t.Context(), actor); !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("unused for 10 minutes: %v", err)
		}
	}, func(o *auth.Options) { o.SessionIdle = 10 * time.Minute })
}

// link has a link mailed and returns its token.
func (s *site) link(t *testing.T, address string) string {
	t.Helper()
	s.do(t, http.MethodPost, "/auth/magic-link/send", fmt.Sprintf(`{"email":%q}`, address)).want(t, http.StatusAccepted)
	return strings.TrimPrefix(s.mailedPath(t, address), verify+"?token=")
}

func (s *site) signIn(t *testing.T, address string) (session authtest.Session) {
	t.Helper()
	body := fmt.Sprintf(`{"token":%q}`, s.link(t, address))
	s.do(t, http.MethodPost, verify, body).want(t, http.StatusOK).decode(t, &session)
	return session
}

func TestALinkExpires(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		body := fmt.Sprintf(`{"token":%q}`, s.link(t, "ada@example.com"))
		time.Sleep(15 * time.Minute)
		s.do(t, http.MethodPost, verify, body).refused(t, http.StatusBadRequest, "invalid_token")
	})
}

func TestASessionExpiresHoweverMuchItIsUsed(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		for range 2 {
			time.Sleep(time.Hour)
			if actor := s.whoami(t, ada.Authorize); actor.ID != ada.User.ID {
				t.Fatalf("actor = %+v", actor)
			}
		}
		time.Sleep(time.Hour)
		s.do(t, http.MethodGet, "/whoami", "", ada.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
	}, func(o *auth.Options) { o.SessionLife = 3 * time.Hour })
}

func TestLastSeen(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		began := time.Now()
		for _, step := range []struct{ pause, seen time.Duration }{
			{time.Minute, 0}, // not worth a write
			{4 * time.Minute, 5 * time.Minute},
			{time.Hour, 65 * time.Minute},
		} {
			time.Sleep(step.pause)
			if got := s.sessions(t, ada)[0].LastSeenAt.Sub(began).Round(time.Second); got != step.seen {
				t.Errorf("last seen after %v, want %v", got, step.seen)
			}
		}
	})
}
