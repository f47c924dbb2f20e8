package auth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

var admin = store.Actor{ID: "root", Roles: []string{auth.RoleAdmin}}

func TestRolesAreGrantedByAdministrators(t *testing.T) {
	t.Parallel()
	grant, revoke := auth.GrantRole{Role: "organiser"}, auth.RevokeRole{Role: "organiser"}
	story := ada(t).
		When(grant).Refused(store.ErrForbidden).
		By(store.Actor{ID: "u1", Roles: []string{auth.RoleCustomer}}).
		When(grant).Refused(store.ErrForbidden).
		When(revoke).Refused(store.ErrForbidden).
		By(admin).
		When(revoke).Then().
		When(grant).Then(append(ended("s1", "h1", "s2", "h2"), store.Record(auth.RoleGranted(grant)))...).
		State(wantSessions(t)).
		When(grant).Then()
	for _, role := range []string{"", auth.RoleCustomer, strings.Repeat("x", 101)} {
		story.When(auth.GrantRole{Role: role}).Refused(store.Refuse(store.Invalid, "invalid", ""))
	}
	story.When(revoke).Then(store.Record(auth.RoleRevoked(revoke))).
		State(func(u auth.User) {
			if len(u.Roles) > 0 {
				t.Errorf("roles = %q", u.Roles)
			}
		})
	storetest.Given[auth.User, auth.Action](t, reducer).By(admin).When(grant).Refused(store.ErrNotFound)
}

// ended is what ending sessions leaves; ids and hashes of tokens come in turns.
func ended(sessions ...string) (effects store.Effects) {
	for i := 0; i < len(sessions); i += 2 {
		effects = append(effects, store.Drop("session", sessions[i+1]), store.Drop("session_id", sessions[i]),
			store.Record(auth.SessionRevoked{ID: sessions[i]}))
	}
	return effects
}

func TestARoleIsOfTheSessionsThatFollow(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		before := authtest.SignIn(t, first.url, first.box, "ada@example.com")
		ctx := store.WithOrigin(context.Background(), store.Origin{Actor: admin})
		if _, err := first.auth.Users().Send(ctx, before.User.ID, auth.GrantRole{Role: "organiser"}); err != nil {
			t.Fatal(err)
		}
		last.over(t, before)
		after := authtest.SignIn(t, last.url, last.box, "ada@example.com")
		if actor := first.whoami(t, after.Authorize); !actor.Has("organiser") || !actor.Has(auth.RoleCustomer) || actor.Has(auth.RoleAdmin) {
			t.Errorf("roles = %q", actor.Roles)
		}
		refreshed := last.refresh(t, after.Authorize)
		if !first.whoami(t, refreshed.Authorize).Has("organiser") {
			t.Error("the role is lost as the session is refreshed")
		}
	})
}

func TestRequireLevel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor  store.Actor
		status int
	}{
		"nobody":          {store.Actor{}, http.StatusUnauthorized},
		"a basic session": {store.Actor{ID: "u1", Level: auth.LevelBasic}, http.StatusForbidden},
		"a strong one":    {store.Actor{ID: "u1", Level: auth.LevelStrong}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{http: requireLevel(c.actor)}
			answer := s.do(t, http.MethodGet, "/", "").want(t, c.status)
			if c.status == http.StatusForbidden && !strings.Contains(answer.body, `"required_level":2`) {
				t.Errorf("refused with %s", answer.body)
			}
		})
	}
	if err := auth.CheckLevel(store.Actor{Level: auth.LevelStrong}, auth.LevelBasic); err != nil {
		t.Error(err)
	}
	if err := auth.CheckLevel(store.Actor{Level: auth.LevelBasic}, auth.LevelStrong); !errors.Is(err, auth.ErrLevel) {
		t.Errorf("err = %v, want ErrLevel", err)
	}
}
