package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

type sessionItem struct {
	ID         string
	Device     string
	DeviceID   string `json:"device_id"`
	Place      string
	Level      int
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Current    bool
}

func (s *site) sessions(t *testing.T, as authtest.Session) []sessionItem {
	t.Helper()
	var list struct{ Items []sessionItem }
	s.do(t, http.MethodGet, "/auth/sessions", "", as.Authorize).want(t, http.StatusOK).decode(t, &list)
	return list.Items
}

func TestCookie(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]http.Cookie{
		"http://box.test":  {Name: "session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
		"https://box.test": {Name: "__Host-session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: true},
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			s := inMemory(t, func(o *auth.Options) { o.BaseURL = base })
			body := fmt.Sprintf(`{"token":%q}`, authtest.Link(t, s.url, s.box, "ada@example.com"))
			answer := s.do(t, http.MethodPost, verify, body).want(t, http.StatusOK)
			var session authtest.Session
			answer.decode(t, &session)
			got := *answer.cookie(t, "session")
			want.Value, want.Expires = session.Token, session.ExpiresAt.Truncate(time.Second)
			got.Raw, got.RawExpires = "", ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("cookie (-want +got):\n%s", diff)
			}

			cookie := with("Cookie", got.Name+"="+got.Value)
			if actor := s.whoami(t, cookie); actor.ID != session.User.ID {
				t.Errorf("actor = %+v, want %s", actor, session.User.ID)
			}
			out := s.do(t, http.MethodPost, "/auth/logout", "", cookie).want(t, http.StatusNoContent)
			if c := out.cookie(t, "session"); c.Name != want.Name || c.Value != "" || c.MaxAge != -1 {
				t.Errorf("logout sets the cookie %v", c)
			}
			if actor := s.whoami(t, cookie); actor.ID != "" {
				t.Errorf("after logout the actor is %+v", actor)
			}
		})
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	cases := map[string]struct {
		change []func(*http.Request)
		user   string
		status int
	}{
		"nothing":                    {nil, "", http.StatusOK},
		"bearer":                     {[]func(*http.Request){with("Authorization", "Bearer "+ada.Token)}, ada.User.ID, http.StatusOK},
		"bearer in lower case":       {[]func(*http.Request){with("Authorization", "bearer "+ada.Token)}, ada.User.ID, http.StatusOK},
		"cookie":                     {[]func(*http.Request){with("Cookie", "session="+ada.Token)}, ada.User.ID, http.StatusOK},
		"unknown cookie":             {[]func(*http.Request){with("Cookie", "session=x")}, "", http.StatusOK},
		"unknown bearer":             {[]func(*http.Request){with("Authorization", "Bearer x")}, "", http.StatusUnauthorized},
		"empty bearer":               {[]func(*http.Request){with("Authorization", "Bearer")}, "", http.StatusUnauthorized},
		"another scheme":             {[]func(*http.Request){with("Authorization", "Basic eDp5")}, "", http.StatusOK},
		"unknown bearer with cookie": {[]func(*http.Request){with("Authorization", "Bearer x"), with("Cookie", "session="+ada.Token)}, "", http.StatusUnauthorized},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := s.do(t, http.MethodGet, "/whoami", "", c.change...).want(t, c.status)
			if c.status == http.StatusOK {
				var actor struct{ ID string }
				if answer.decode(t, &actor); actor.ID != c.user {
					t.Errorf("actor = %q, want %q", actor.ID, c.user)
				}
			}
		})
	}
}

// broken is a log whose rows cannot be read while it is told so.
type broken struct {
	eventlog.Backend
	now bool
}

func (b *broken) Row(ctx context.Context, kind, key string, at time.Time) (eventlog.Row, bool, error) {
	if b.now {
		return eventlog.Row{}, false, errors.New("disk on fire")
	}
	return b.Backend.Row(ctx, kind, key, at)
}

func TestADatabaseThatFailsMakesNobodyAnonymous(t *testing.T) {
	t.Parallel()
	log := &broken{Backend: memory.New()}
	s := start(t, log)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	log.now = true
	for _, credential := range []func(*http.Request){ada.Authorize, with("Cookie", "session="+ada.Token)} {
		answer := s.do(t, http.MethodGet, "/whoami", "", credential).refused(t, http.StatusServiceUnavailable, "unavailable")
		if strings.Contains(answer.body, "fire") {
			t.Errorf("the cause is shown: %s", answer.body)
		}
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	if nobody := s.do(t, http.MethodGet, "/auth/session", "").want(t, http.StatusOK); nobody.body != "null" {
		t.Errorf("a visitor's session is %s, want null", nobody.body)
	}
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	var got authtest.Session
	s.do(t, http.MethodGet, "/auth/session", "", ada.Authorize).want(t, http.StatusOK).decode(t, &got)
	want := ada
	want.Token = "" // shown only once
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	s.do(t, http.MethodGet, "/auth/me", "").refused(t, http.StatusUnauthorized, "unauthenticated")
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	changed := s.do(t, http.MethodPatch, "/auth/me", `{"name":"  Ada Lovelace "}`, ada.Authorize).want(t, http.StatusOK)
	if changed.Header.Get("Store-Position") == "" {
		t.Error("the answer has no Store-Position")
	}
	want := ada.User
	want.Name = "Ada Lovelace"
	var answered, read authtest.User
	changed.decode(t, &answered)
	s.do(t, http.MethodGet, "/auth/me", "", ada.Authorize).want(t, http.StatusOK).decode(t, &read)
	for name, got := range map[string]authtest.User{"answered": answered, "read": read} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile %s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"", "   ", strings.Repeat("é", 101), "a\nb"} {
		s.do(t, http.MethodPatch, "/auth/me", fmt.Sprintf(`{"name":%q}`, name), ada.Authorize).
			refused(t, http.StatusUnprocessableEntity, "invalid")
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	laptop := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	phone := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	tablet := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	eve := authtest.SignIn(t, s.url, s.box, "eve@example.com")

	phoneID, tabletID := s.whoami(t, phone.Authorize).Session, s.whoami(t, tablet.Authorize).Session
	list := s.sessions(t, laptop)
	if len(list) != 3 {
		t.Fatalf("%d sessions, want 3", len(list))
	}
	for _, item := range list {
		if item.Current != (item.ID == s.whoami(t, laptop.Authorize).Session) || item.Device == "" || item.CreatedAt.IsZero() {
			t.Errorf("session = %+v", item)
		}
	}

	s.do(t, http.MethodDelete, "/auth/sessions/"+phoneID, "", eve.Authorize).refused(t, http.StatusNotFound, "not_found")
	s.do(t, http.MethodDelete, "/auth/sessions/"+phoneID, "", laptop.Authorize).want(t, http.StatusNoContent)
	s.do(t, http.MethodDelete, "/auth/sessions/"+phoneID, "", laptop.Authorize).refused(t, http.StatusNotFound, "not_found")
	s.do(t, http.MethodGet, "/whoami", "", phone.Authorize).want(t, http.StatusUnauthorized)
	s.do(t, http.MethodDelete, "/auth/sessions", "", laptop.Authorize).want(t, http.StatusNoContent)
	s.do(t, http.MethodGet, "/whoami", "", tablet.Authorize).want(t, http.StatusUnauthorized)
	if list := s.sessions(t, laptop); len(list) != 1 || !list[0].Current {
		t.Errorf("sessions = %+v, want the current one", list)
	}
	s.whoami(t, eve.Authorize)
	if diff := cmp.Diff([]string{phoneID, tabletID}, s.revoked(t)); diff != "" {
		t.Errorf("revoked in the log (-want +got):\n%s", diff)
	}
}

// revoked is what a follower of the log learns about ended sessions.
func (s *site) revoked(t *testing.T) (ids []string) {
	t.Helper()
	events, err := s.rt.Log().ReadAll(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Stream.Store != "user" || e.Name != store.ActionName(auth.SessionRevoked{}) {
			continue
		}
		action, err := s.auth.Users().Codec().Decode(e.Name, e.Data)
		if err != nil {
			t.Fatal(err)
		}
		if revoked, ok := action.(auth.SessionRevoked); ok {
			ids = append(ids, revoked.ID)
		}
	}
	return ids
}

func TestLogoutOfNobody(t *testing.T) {
	t.Parallel()
	inMemory(t).do(t, http.MethodPost, "/auth/logout", "").want(t, http.StatusNoContent)
}

func TestDevice(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
		"":                       "Unknown device",
		strings.Repeat("x", 500): "Unknown device",
	} {
		body := fmt.Sprintf(`{"token":%q}`, authtest.Link(t, s.url, s.box, "ada@example.com"))
		var session authtest.Session
		s.do(t, http.MethodPost, verify, body, with("User-Agent", agent)).want(t, http.StatusOK).decode(t, &session)
		for _, item := range s.sessions(t, session) {
			if item.Current && item.Device != want {
				t.Errorf("%q is shown as %q, want %q", agent, item.Device, want)
			}
		}
	}
}
