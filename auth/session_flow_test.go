package auth_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
)

// refresh has the session's token replaced.
func (s *site) refresh(t *testing.T, as func(*http.Request)) (session authtest.Session) {
	t.Helper()
	s.do(t, http.MethodPost, "/auth/session/refresh", "", as).want(t, http.StatusOK).decode(t, &session)
	return session
}

// over demands that the session has ended.
func (s *site) over(t *testing.T, session authtest.Session) {
	t.Helper()
	s.do(t, http.MethodGet, "/whoami", "", session.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
	s.do(t, http.MethodPost, "/auth/session/refresh", "", session.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
}

func TestARefreshedSessionHasAnotherToken(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		old := authtest.SignIn(t, first.url, first.box, "ada@example.com")
		before := first.whoami(t, old.Authorize)
		refreshed := last.refresh(t, old.Authorize)
		if again := first.refresh(t, old.Authorize); again.Token != refreshed.Token || refreshed.Token == old.Token {
			t.Errorf("refreshed %q to %q and %q, want one other token", old.Token, refreshed.Token, again.Token)
		}
		if want := (authtest.Session{Token: refreshed.Token, ExpiresAt: old.ExpiresAt, User: old.User}); !cmp.Equal(want, refreshed) {
			t.Errorf("refreshed (-want +got):\n%s", cmp.Diff(want, refreshed))
		}
		for token, as := range map[string]authtest.Session{"today's": refreshed, "the former": old} {
			if diff := cmp.Diff(before, first.whoami(t, as.Authorize), sameEnd); diff != "" {
				t.Errorf("the actor of %s token (-want +got):\n%s", token, diff)
			}
		}
		if list := last.sessions(t, refreshed); len(list) != 1 || !list[0].Current {
			t.Errorf("sessions = %+v, want the one", list)
		}
		third := first.refresh(t, refreshed.Authorize)
		last.over(t, old)
		last.whoami(t, refreshed.Authorize)
		first.do(t, http.MethodPost, "/auth/logout", "", third.Authorize).want(t, http.StatusNoContent)
		for _, ended := range []authtest.Session{third, refreshed} {
			last.over(t, ended)
		}
	})
}

// sameEnd compares when sessions end that were used a moment ago.
var sameEnd = cmp.Comparer(func(a, b time.Time) bool { return a.Sub(b).Abs() < time.Minute })

func TestACookieIsRefreshedAsACookie(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	cookie := func(r *http.Request) { r.Header.Set("Cookie", "session="+ada.Token) }
	answer := s.do(t, http.MethodPost, "/auth/session/refresh", "", cookie).want(t, http.StatusOK)
	var session authtest.Session
	answer.decode(t, &session)
	got := answer.Cookies()[0]
	if got.Value != session.Token || !got.Expires.Equal(ada.ExpiresAt.Truncate(time.Second)) {
		t.Errorf("cookie = %v, want %s until %v", got, session.Token, ada.ExpiresAt)
	}
	s.do(t, http.MethodPost, "/auth/session/refresh", "").refused(t, http.StatusUnauthorized, "unauthenticated")
}

func TestManyWhoRefreshAtOnceAreGivenOneToken(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		old := authtest.SignIn(t, first.url, first.box, "ada@example.com")
		tokens := make([]string, 40)
		at(len(tokens), func(i int) {
			tokens[i] = []*site{first, last}[i%2].refresh(t, old.Authorize).Token
		})
		for _, token := range tokens {
			if token != tokens[0] {
				t.Errorf("got the tokens %s and %s", token, tokens[0])
			}
		}
		if n := count(first.events(t), "SessionRefreshed"); n != 1 {
			t.Errorf("the session was refreshed %d times, want once", n)
		}
	})
}

func TestTheFormerTokenGoesOnForAWhile(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		old := s.signIn(t, "ada@example.com")
		refreshed := s.refresh(t, old.Authorize)
		time.Sleep(30*time.Second - time.Microsecond)
		s.whoami(t, old.Authorize)
		time.Sleep(time.Microsecond)
		s.over(t, old)
		s.whoami(t, refreshed.Authorize)
	})
}

// visits uses a session after each pause; it must have ended at the last one.
func (s *site) visits(t *testing.T, session authtest.Session, pauses ...time.Duration) {
	t.Helper()
	for i, pause := range pauses {
		time.Sleep(pause)
		status := s.do(t, http.MethodGet, "/whoami", "", session.Authorize).StatusCode
		if ended := status == http.StatusUnauthorized; ended != (i == len(pauses)-1) {
			t.Fatalf("after %v it is answered %d", pauses[:i+1], status)
		}
	}
	s.over(t, session)
}

func TestASessionExpiresWhenItIsNotUsed(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		const m = time.Minute
		s.visits(t, s.signIn(t, "ada@example.com"), 13*m, 13*m, 3*m, m) // 30 minutes of life
		s.visits(t, s.signIn(t, "ada@example.com"), 14*m)
		s.visits(t, s.signIn(t, "ada@example.com"), 13*m, 14*m)
		unused := s.refresh(t, s.signIn(t, "ada@example.com").Authorize)
		time.Sleep(14 * m)
		s.over(t, unused)
	}, func(o *auth.Options) { o.SessionLife, o.SessionIdle = 30*time.Minute, 14*time.Minute })
}

func TestASessionSlidesUpToItsCap(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		session := s.signIn(t, "ada@example.com")
		if life := time.Until(session.ExpiresAt).Round(time.Second); life != 3*time.Hour {
			t.Errorf("the session is said to last %v, want its cap", life)
		}
		s.visits(t, session, 50*time.Minute, 50*time.Minute, 50*time.Minute, 30*time.Minute)
		s.visits(t, s.signIn(t, "ada@example.com"), 50*time.Minute, time.Hour)
	}, func(o *auth.Options) { o.SessionLife, o.SessionCap = time.Hour, 3*time.Hour })
}

func TestOfTooManySessionsTheOldestEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		var all []authtest.Session
		for range 5 {
			all = append(all, s.signIn(t, "ada@example.com"))
			time.Sleep(time.Second)
		}
		eve := s.signIn(t, "eve@example.com")
		for _, old := range all[:2] {
			s.over(t, old)
		}
		for _, kept := range append(all[2:], eve) {
			s.whoami(t, kept.Authorize)
		}
		if ended := s.revoked(t); len(ended) != 2 {
			t.Errorf("%d sessions were revoked, want 2", len(ended))
		}
	}, func(o *auth.Options) { o.MaxSessions = 3 })
}

func TestASessionInTheList(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		ada := authtest.SignIn(t, first.url, first.box, "ada@example.com")
		list := last.sessions(t, ada)
		want := []sessionItem{{
			ID: last.whoami(t, ada.Authorize).Session, Device: "Go-http-client", DeviceID: list[0].DeviceID, Place: "127.0.0.1", Level: 1,
			CreatedAt: list[0].CreatedAt, LastSeenAt: list[0].CreatedAt, ExpiresAt: ada.ExpiresAt, Current: true,
		}}
		if diff := cmp.Diff(want, list); diff != "" || list[0].DeviceID == "" {
			t.Errorf("sessions (-want +got):\n%s", diff)
		}
	})
}

func TestAllSessionsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		one := authtest.SignIn(t, first.url, first.box, "ada@example.com")
		other := authtest.SignIn(t, last.url, last.box, "ada@example.com")
		answer := last.do(t, http.MethodDelete, "/auth/sessions?all=true", "", one.Authorize).want(t, http.StatusNoContent)
		if c := answer.Cookies(); len(c) != 1 || c[0].MaxAge != -1 {
			t.Errorf("cookies = %v, want the session's to be taken back", c)
		}
		first.over(t, one)
		first.over(t, other)
	})
}
