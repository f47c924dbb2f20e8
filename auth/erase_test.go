package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
)

func TestErasure(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada, phone := authtest.SignIn(t, s.url, s.box, "ada@example.com"), authtest.SignIn(t, s.url, s.box, "ada@example.com")
		eve := authtest.SignIn(t, s.url, s.box, "eve@example.com")
		s.do(t, http.MethodPatch, "/auth/me", `{"name":"Ada Lovelace"}`, ada.Authorize).want(t, http.StatusOK)
		gone := s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).want(t, http.StatusNoContent)
		if c := gone.cookie(t, "session"); c.Value != "" || c.MaxAge != -1 || gone.Header.Get("Store-Position") == "" {
			t.Errorf("the cookie is %v, the position %q", c, gone.Header.Get("Store-Position"))
		}
		for _, session := range []authtest.Session{ada, phone} {
			s.do(t, http.MethodGet, "/auth/me", "", session.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
		}
		if me := s.whoami(t, eve.Authorize); me.ID != eve.User.ID {
			t.Errorf("somebody else's session is %+v", me)
		}
		s.letter(t, "ada@example.com", "deleted")
		if _, kept, err := s.rt.Row(t.Context(), "personal_key", ada.User.ID); err != nil || kept {
			t.Errorf("the key to what the log says about her is kept: %t, %v", kept, err)
		}

		again := authtest.SignIn(t, s.url, s.box, "ada@example.com")
		if again.User.ID == ada.User.ID || again.User.Name != "" {
			t.Errorf("signed in anew as %+v, who was %s", again.User, ada.User.ID)
		}
		user, err := s.auth.Users().State(t.Context(), ada.User.ID)
		if err != nil || user.State.ErasedAt.IsZero() || user.State.Address != "" || len(user.State.Sessions) > 0 {
			t.Errorf("the user is %+v, %v", user.State, err)
		}
	})
}

func TestErasureIsTheEndOfAStream(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada, phone := authtest.SignIn(t, s.url, s.box, "ada@example.com"), authtest.SignIn(t, s.url, s.box, "ada@example.com")
	sessions := []string{s.whoami(t, ada.Authorize).Session, s.whoami(t, phone.Authorize).Session}
	before := len(s.events(t))
	s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).want(t, http.StatusNoContent)
	if diff := cmp.Diff([]string{"SessionRevoked", "SessionRevoked", "UserErased"}, s.events(t)[before:before+3]); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	revoked := s.revoked(t)
	for _, session := range sessions {
		if !strings.Contains(strings.Join(revoked, " "), session) {
			t.Errorf("nobody who follows the log learns that %s has ended: %q", session, revoked)
		}
	}
	_, err := s.auth.Users().Send(t.Context(), ada.User.ID, auth.ChangeProfile{Name: "sealed"})
	if !errors.Is(err, store.ErrStreamClosed) {
		t.Errorf("a command afterwards: %v, want ErrStreamClosed", err)
	}
}

func TestErasureNeedsAFreshProof(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		time.Sleep(10*time.Minute + time.Second)
		refused := s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).refused(t, http.StatusForbidden, "step_up_required")
		if !strings.Contains(refused.body, `"required_level":1`) {
			t.Errorf("refused with %s", refused.body)
		}
		fresh := s.signIn(t, "ada@example.com")
		s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).refused(t, http.StatusForbidden, "step_up_required")
		s.do(t, http.MethodDelete, "/auth/me", "", fresh.Authorize).want(t, http.StatusNoContent)
	})
}

func TestWhoHasAPasskeyConfirmsTheErasureWithIt(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada, key := s.signIn(t, "ada@example.com"), authtest.NewAuthenticator(origin)
	key.Register(t, s.url, ada)
	refused := s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).refused(t, http.StatusForbidden, "step_up_required")
	if !strings.Contains(refused.body, `"required_level":2`) {
		t.Errorf("refused with %s", refused.body)
	}
	confirmed := key.StepUp(t, s.url, ada, "auth.Erase", nil)
	s.do(t, http.MethodDelete, "/auth/me", "", confirmed.Authorize).want(t, http.StatusNoContent)
}

func TestErasureOfNobody(t *testing.T) {
	t.Parallel()
	inMemory(t).do(t, http.MethodDelete, "/auth/me", "").refused(t, http.StatusUnauthorized, "unauthenticated")
}

// TestErasureWhileOthersSignIn has the same address signed in from many browsers while
// the account goes: each becomes the former user, whose session then has ended, or the
// new one.
func TestErasureWhileOthersSignIn(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
		const browsers = 30
		for i := range browsers {
			row := store.Row{Kind: "test", Key: strconv.Itoa(i), Data: []byte("{}")}
			if err := s.rt.Change(t.Context(), store.Insert(row)); err != nil {
				t.Fatal(err)
			}
		}
		sessions := make([]authtest.Session, browsers)
		at(browsers+1, func(i int) {
			if i == browsers {
				s.do(t, http.MethodDelete, "/auth/me", "", ada.Authorize).want(t, http.StatusNoContent)
				return
			}
			answer := s.do(t, http.MethodPost, fmt.Sprintf("/enter?email=ada@example.com&row=%d", i), "")
			switch answer.StatusCode {
			case http.StatusOK:
				answer.decode(t, &sessions[i])
			case http.StatusUnauthorized, http.StatusGone: // undone before it was answered
			default:
				t.Errorf("a sign-in is answered %d %s", answer.StatusCode, answer.body)
			}
		})
		heirs := map[string]bool{}
		for _, session := range sessions {
			status := http.StatusOK
			if session.User.ID == "" || session.User.ID == ada.User.ID {
				status = http.StatusUnauthorized
			} else {
				heirs[session.User.ID] = true
			}
			s.do(t, http.MethodGet, "/auth/me", "", session.Authorize).want(t, status)
		}
		if len(heirs) > 1 {
			t.Errorf("the address has %d users after the erasure", len(heirs))
		}
	})
}

// letter waits for a mail to the address whose subject says what it is about.
func (s *site) letter(t *testing.T, to, about string) (text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		mail, err := s.box.Next(ctx, to)
		if err != nil {
			t.Fatalf("no letter about %q: %v", about, err)
		}
		if strings.Contains(mail.Subject, about) {
			return mail.Text
		}
	}
}
