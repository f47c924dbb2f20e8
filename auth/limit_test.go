package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
)

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
			func(l *auth.Limits) { l.PerAddress = limit }, "/auth/magic-link/send",
			func(int) string { return `{"email":"ada@example.com"}` }, http.StatusAccepted,
		},
		"links asked for by one network": {
			func(l *auth.Limits) { l.Mail.PerNetwork = limit }, "/auth/magic-link/send",
			func(i int) string { return fmt.Sprintf(`{"email":"user%d@example.com"}`, i) }, http.StatusAccepted,
		},
		"tokens tried by one network": {
			func(l *auth.Limits) { l.Proof.PerNetwork = limit }, verify,
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
	limit := func(o *auth.Options) { o.Limits.Proof.PerNetwork = auth.Limit{Burst: 1, Per: time.Hour} }
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
			o.Limits.Proof.PerNetwork = auth.Limit{Burst: burst, Per: time.Hour}
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

// routes returns every route of a site, as in "GET /auth/sessions/{id}".
func (s *site) routes(t *testing.T) (routes []string) {
	t.Helper()
	router := chi.NewRouter()
	router.Route("/auth", s.auth.Routes)
	err := chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		routes = append(routes, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return routes
}

// TestEveryRouteHasLimits runs each route twice on a node that allows one use, of
// a site where others have signed in.
func TestEveryRouteHasLimits(t *testing.T) {
	t.Parallel()
	one := auth.Limit{Burst: 1, Per: time.Hour}
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	for by, limit := range map[string]func(*auth.Quota){
		"network": func(q *auth.Quota) { q.PerNetwork = one },
		"account": func(q *auth.Quota) { q.PerAccount = one },
		"all":     func(q *auth.Quota) { q.Global = one },
	} {
		for _, route := range inMemory(t).routes(t) {
			if by == "account" && route == "DELETE /auth/me" {
				continue // there is no second time
			}
			method, pattern, _ := strings.Cut(route, " ")
			t.Run(by+" "+route, func(t *testing.T) {
				t.Parallel()
				log := memory.New()
				easy := start(t, log)
				session := authtest.SignIn(t, easy.url, easy.box, "ada@example.com")
				other := authtest.SignIn(t, easy.url, easy.box, "ada@example.com")
				tight := start(t, log, func(o *auth.Options) {
					for _, q := range []*auth.Quota{&o.Limits.Mail, &o.Limits.Proof, &o.Limits.Change, &o.Limits.Read} {
						limit(q)
					}
				})
				path := parameter.ReplaceAllString(pattern, "x")
				if by == "account" && tight.do(t, method, path, "").StatusCode != http.StatusUnauthorized {
					return // nobody needs to be signed in
				}
				if tight.do(t, method, path, "", session.Authorize).StatusCode == http.StatusTooManyRequests {
					t.Fatal("the first use is refused")
				}
				if easy.do(t, http.MethodGet, "/whoami", "", other.Authorize).StatusCode == http.StatusUnauthorized {
					other = session // the first use has ended the other one
				}
				if tight.do(t, method, path, "", other.Authorize).refused(t, http.StatusTooManyRequests, "rate_limited").Header.Get("Retry-After") == "" {
					t.Error("Retry-After is missing")
				}
			})
		}
	}
}

func TestReadsAreCountedInMemory(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ask := func() answer { return s.do(t, http.MethodGet, "/auth/session", "") }
		for range 3 {
			ask().want(t, http.StatusOK)
		}
		ask().refused(t, http.StatusTooManyRequests, "rate_limited")
		time.Sleep(20 * time.Second)
		ask().want(t, http.StatusOK)
		ask().want(t, http.StatusTooManyRequests)
	}, func(o *auth.Options) { o.Limits.Read.PerNetwork = auth.Limit{Burst: 3, Per: time.Minute} })
}

// tightProofs allows two proofs to a network.
func tightProofs(o *auth.Options) { o.Limits.Proof.PerNetwork = auth.Limit{Burst: 2, Per: time.Hour} }

func TestLimitsSurviveARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "app.db")
	for i, want := range []int{http.StatusBadRequest, http.StatusBadRequest, http.StatusTooManyRequests} {
		t.Run(fmt.Sprintf("run %d", i), func(t *testing.T) {
			log, err := sqlite.Open(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			start(t, log, tightProofs).do(t, http.MethodPost, verify, `{"token":"x"}`).want(t, want)
		})
	}
}

func TestNodesShareLimits(t *testing.T) {
	t.Parallel()
	n := onTwoNodesWith(t, tightProofs)
	for i, want := range []int{http.StatusBadRequest, http.StatusBadRequest, http.StatusTooManyRequests, http.StatusTooManyRequests} {
		n[i%2].do(t, http.MethodPost, verify, `{"token":"x"}`).want(t, want)
	}
}

func TestAnAccountHasALimitWhereverItIsSignedInFrom(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		signIn := func(i int, address string) answer {
			b := &visitor{address: fmt.Sprintf("192.0.2.%d", i)}
			return b.trySignIn(t, n, address)
		}
		for i := range 3 { // that which registers is not counted
			signIn(i, "ada@example.com").want(t, http.StatusOK)
		}
		signIn(3, "ada@example.com").refused(t, http.StatusTooManyRequests, "rate_limited")
		signIn(3, "eve@example.com").want(t, http.StatusOK)
	}, func(o *auth.Options) { o.Limits.Proof.PerAccount = auth.Limit{Burst: 2, Per: time.Hour} })
}
