package auth_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/auth/risk"
)

func (s *site) replay(t *testing.T, policy risk.Policy) (all []auth.Replayed) {
	t.Helper()
	options := auth.Options{SecretKey: bytes.Repeat([]byte("k"), 32), Risk: policy}
	for r, err := range auth.ReplayRisk(t.Context(), s.rt, options, "") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// TestReplayUnderTheSamePolicyChangesNothing has sign-ins of all kinds, refused ones
// and those after a failure among them.
func TestReplayUnderTheSamePolicyChangesNothing(t *testing.T) {
	policy := risk.Policy{
		Travel: risk.Travel{KmPerHour: 100_000}, UsualHours: risk.UsualHours{After: 3, Apart: time.Minute},
		Responses: risk.Responses{High: risk.Refuse},
	}
	inBubble(t, func(t *testing.T, s *site) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		for range 3 {
			ada.signIn(t, nodes{s}, "ada@example.com")
			time.Sleep(2 * time.Minute)
		}
		ada.signIn(t, nodes{s}, "ada@example.com")
		time.Sleep(time.Minute)
		eve.trySignIn(t, nodes{s}, "ada@example.com").want(t, http.StatusForbidden)
		eve.signIn(t, nodes{s}, "eve@example.com")
		ada.address = abroad
		ada.trySignIn(t, nodes{s}, "ada@example.com").want(t, http.StatusForbidden) // her device is known, at replay too
		time.Sleep(10 * time.Minute)
		ada.signIn(t, nodes{s}, "ada@example.com")

		all := s.replay(t, policy)
		if len(all) != 8 {
			t.Errorf("%d sign-ins are replayed, want 8", len(all))
		}
		for _, r := range all {
			var names []string
			for _, f := range r.Now.Factors {
				names = append(names, f.Name)
			}
			now := auth.Risk{Score: r.Now.Score, Level: string(r.Now.Level), Factors: names, Response: string(r.Now.Response)}
			if diff := cmp.Diff(r.Then, now); diff != "" {
				t.Errorf("the sign-in of %v (-then +now):\n%s", r.At, diff)
			}
		}
	}, func(o *auth.Options) { o.Locator, o.Risk = atlas{}, policy })
}

func TestReplayLeavesOutWhoWasErased(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := &visitor{address: home, agent: firefox}
		ada.signIn(t, nodes{s}, "ada@example.com")
		user := s.replay(t, risk.Policy{})[0].User
		ada.signIn(t, nodes{s}, "bob@example.com")
		if err := s.rt.Change(t.Context(), personal.Forget(user)); err != nil {
			t.Fatal(err)
		}
		if left := s.replay(t, risk.Policy{}); len(left) != 1 || left[0].User == user {
			t.Errorf("replayed = %+v; want bob's only", left)
		}
	})
}
