package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
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

func TestRateLimits(t *testing.T) {
	limit := auth.Limit{Burst: 3, Per: 15 * time.Minute}
	known := strings.Repeat("A", 43)
	cases := map[string]struct {
		limits func(*auth.Limits)
		path   string
		body   func(i int) string
		status int
	}{
		"links for one address": {
			func(l *auth.Limits) { l.SendPerAddress = limit }, "/auth/magic-link/send",
			func(int) string { return `{"email":"ada@example.com"}` }, http.StatusAccepted,
		},
		"links asked for by one network": {
			func(l *auth.Limits) { l.SendPerNetwork = limit }, "/auth/magic-link/send",
			func(i int) string { return fmt.Sprintf(`{"email":"user%d@example.com"}`, i) }, http.StatusAccepted,
		},
		"tokens tried by one network": {
			func(l *auth.Limits) { l.VerifyPerNetwork = limit }, verify,
			func(int) string { return fmt.Sprintf(`{"token":%q}`, known) }, http.StatusBadRequest,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *site) {
				try := func(i int) answer { return s.do(t, http.MethodPost, c.path, c.body(i)) }
				for i := range 3 {
					try(i).want(t, c.status)
				}
				refused := try(3).refused(t, http.StatusTooManyRequests, "rate_limited")
				wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
				if err != nil || wait != 300 {
					t.Fatalf("Retry-After = %q, want 300 seconds", refused.Header.Get("Retry-After"))
				}
				time.Sleep(time.Duration(wait)*time.Second - time.Second)
				try(3).want(t, http.StatusTooManyRequests)
				time.Sleep(time.Second)
				try(3).want(t, c.status)
				try(4).want(t, http.StatusTooManyRequests)
			}, func(o *auth.Options) { c.limits(&o.Limits) })
		})
	}
}

func TestRateLimitsTellNetworksApart(t *testing.T) {
	limit := func(o *auth.Options) { o.Limits.VerifyPerNetwork = auth.Limit{Burst: 1, Per: time.Hour} }
	inBubble(t, func(t *testing.T, s *site) {
		for _, c := range []struct {
			from   string
			status int
		}{
			{"192.0.2.1:1000", http.StatusBadRequest},
			{"192.0.2.1:2000", http.StatusTooManyRequests},
			{"192.0.2.2:1000", http.StatusBadRequest},
			{"[::ffff:192.0.2.2]:1000", http.StatusTooManyRequests},
			{"[2001:db8:0:1::1]:1000", http.StatusBadRequest},
			{"[2001:db8:0:1:ffff::2]:1000", http.StatusTooManyRequests},
			{"[2001:db8:0:2::1]:1000", http.StatusBadRequest},
		} {
			s.do(t, http.MethodPost, verify, `{"token":"x"}`, func(r *http.Request) { r.RemoteAddr = c.from }).want(t, c.status)
		}
	}, limit)
}

// rush lets the first readers of rate limits go on only when all of them have
// read, so that they all decide on the same allowance.
type rush struct {
	eventlog.Backend
	left atomic.Int64
	all  sync.WaitGroup
}

func (r *rush) Row(ctx context.Context, kind, key string, at time.Time) (eventlog.Row, bool, error) {
	row, ok, err := r.Backend.Row(ctx, kind, key, at)
	if kind == "rate_limit" && r.left.Add(-1) >= 0 {
		r.all.Done()
		r.all.Wait()
	}
	return row, ok, err
}

func TestRateLimitsHoldOverNodesAndAgainstManyAtOnce(t *testing.T) {
	t.Parallel()
	const times, nodeCount, burst = 100, 5, 10
	log := &rush{Backend: memory.New()}
	log.left.Store(nodeCount)
	log.all.Add(nodeCount)
	var n nodes
	for range nodeCount {
		n = append(n, start(t, log, func(o *auth.Options) {
			o.Limits.VerifyPerNetwork = auth.Limit{Burst: burst, Per: time.Hour}
		}))
	}
	var through atomic.Int64
	at(times, func(i int) {
		answer := n[i%nodeCount].do(t, http.MethodPost, verify, `{"token":"x"}`)
		if answer.StatusCode == http.StatusBadRequest {
			through.Add(1)
		} else if answer.Header.Get("Retry-After") == "" {
			t.Errorf("refused with %d: %s", answer.StatusCode, answer.body)
		}
	})
	if through.Load() != burst {
		t.Errorf("%d attempts went through, want %d", through.Load(), burst)
	}
}
