package auth_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
)

const life = 30 * 24 * time.Hour

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	known = auth.User{
		ID: "u1", Email: "ada@example.com", EmailVerified: true, RegisteredAt: noon.Add(-time.Hour),
		Sessions: map[string]auth.Session{"s1": {TokenHash: "h1", ExpiresAt: noon.Add(time.Hour)}, "s2": {TokenHash: "h2", ExpiresAt: noon.Add(time.Hour)}},
	}
)

func env() store.Env { return store.NewEnv(noon, store.Actor{}, "test") }

func signIn(address string) auth.SignIn {
	return auth.SignIn{
		UserID: "u1", Email: address, Method: "magic_link", Proof: auth.Proof{Kind: "magic_link", Key: "p"},
		TokenHash: "h3", Device: "Firefox on Linux",
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	session := env().NewID()
	started := auth.SessionStarted{ID: session, TokenHash: "h3", Device: "Firefox on Linux", ExpiresAt: noon.Add(life)}
	row := store.Insert(store.Row{Kind: "session", Key: "h3", Owner: "u1", Expires: noon.Add(life), Data: mustJSON(map[string]any{
		"id": session, "email": "ada@example.com", "device": "Firefox on Linux", "created_at": noon, "last_seen_at": noon,
	})})
	cases := map[string]struct {
		given   auth.User
		when    auth.Action
		then    store.Effects
		refusal error
	}{
		"the first sign-in registers": {
			given: auth.User{}, when: signIn("ada@example.com"),
			then: store.Effects{
				store.Take("magic_link", "p"),
				store.Claim("email:ada@example.com"),
				store.Record(auth.UserRegistered{ID: "u1", Email: "ada@example.com"}),
				store.Record(auth.EmailVerified{Email: "ada@example.com"}),
				row,
				store.Record(auth.UserLoggedIn{Method: "magic_link"}, started),
			},
		},
		"a later sign-in only starts a session": {
			given: known, when: signIn("ada@example.com"),
			then: store.Effects{store.Take("magic_link", "p"), row, store.Record(auth.UserLoggedIn{Method: "magic_link"}, started)},
		},
		"an address that has moved on does not sign in here": {
			given: known, when: signIn("eve@example.com"), refusal: store.ErrTaken,
		},
		"a session is revoked": {
			given: known, when: auth.RevokeSession{ID: "s1"},
			then: store.Effects{store.Drop("session", "h1"), store.Record(auth.SessionRevoked{ID: "s1"})},
		},
		"a session that is not there": {
			given: known, when: auth.RevokeSession{ID: "s9"}, refusal: auth.ErrNoSession,
		},
		"all other sessions are revoked": {
			given: known, when: auth.RevokeOtherSessions{Keep: "s1"},
			then: store.Effects{store.Drop("session", "h2"), store.Record(auth.SessionRevoked{ID: "s2"})},
		},
		"there are no other sessions": {
			given: auth.User{ID: "u1"}, when: auth.RevokeOtherSessions{Keep: "s1"},
		},
		"a name is changed": {
			given: known, when: auth.ChangeProfile{Name: "Ada"}, then: store.Effects{store.Record(auth.ProfileChanged{Name: "Ada"})},
		},
		"a name stays the same": {
			given: auth.User{ID: "u1", Name: "Ada"}, when: auth.ChangeProfile{Name: "Ada"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := clone(c.given)
			got, err := auth.Reducer{SessionLife: life}.Reduce(&state, c.when, env())
			if !errors.Is(err, c.refusal) {
				t.Errorf("error = %v, want %v", err, c.refusal)
			}
			if diff := cmp.Diff(c.then, got, cmp.Transformer("JSON", canonical)); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.given, state); diff != "" {
				t.Errorf("the command changed the state (-before +after):\n%s", diff)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		given auth.User
		when  auth.Action
		then  func(*auth.User)
	}{
		"registered": {auth.User{}, auth.UserRegistered{ID: "u1", Email: "ada@example.com"}, func(u *auth.User) {
			u.ID, u.Email, u.RegisteredAt = "u1", "ada@example.com", noon
		}},
		"verified":  {auth.User{}, auth.EmailVerified{Email: "ada@example.com"}, func(u *auth.User) { u.EmailVerified = true }},
		"logged in": {known, auth.UserLoggedIn{Method: "magic_link"}, func(*auth.User) {}},
		"session started": {known, auth.SessionStarted{ID: "s3", TokenHash: "h3", ExpiresAt: noon.Add(life)}, func(u *auth.User) {
			u.Sessions["s3"] = auth.Session{TokenHash: "h3", ExpiresAt: noon.Add(life)}
		}},
		"the first session": {auth.User{}, auth.SessionStarted{ID: "s3", TokenHash: "h3", ExpiresAt: noon.Add(life)}, func(u *auth.User) {
			u.Sessions = map[string]auth.Session{"s3": {TokenHash: "h3", ExpiresAt: noon.Add(life)}}
		}},
		"expired sessions go when another starts": {
			auth.User{Sessions: map[string]auth.Session{"old": {TokenHash: "h", ExpiresAt: noon}}},
			auth.SessionStarted{ID: "s3", TokenHash: "h3", ExpiresAt: noon.Add(life)},
			func(u *auth.User) {
				u.Sessions = map[string]auth.Session{"s3": {TokenHash: "h3", ExpiresAt: noon.Add(life)}}
			},
		},
		"session revoked": {known, auth.SessionRevoked{ID: "s1"}, func(u *auth.User) { delete(u.Sessions, "s1") }},
		"profile changed": {known, auth.ProfileChanged{Name: "Ada"}, func(u *auth.User) { u.Name = "Ada" }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, want := clone(c.given), clone(c.given)
			c.then(&want)
			effects, err := auth.Reducer{SessionLife: life}.Reduce(&got, c.when, env())
			if err != nil || len(effects) > 0 {
				t.Errorf("effects = %v, error = %v; an event has neither", effects, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRevokedSession(t *testing.T) {
	t.Parallel()
	cases := []struct {
		store, event, data, session string
	}{
		{"user", "SessionRevoked", `{"ID":"s1"}`, "s1"},
		{"user", "SessionStarted", `{"ID":"s1"}`, ""},
		{"order", "SessionRevoked", `{"ID":"s1"}`, ""},
		{"user", "SessionRevoked", `{`, ""},
	}
	for _, c := range cases {
		session, ok := auth.RevokedSession(c.store, c.event, []byte(c.data))
		if session != c.session || ok != (c.session != "") {
			t.Errorf("RevokedSession(%s, %s, %s) = %q, %v; want %q", c.store, c.event, c.data, session, ok, c.session)
		}
	}
}

func clone(u auth.User) auth.User {
	sessions := u.Sessions
	u.Sessions = nil
	for id, s := range sessions {
		if u.Sessions == nil {
			u.Sessions = map[string]auth.Session{}
		}
		u.Sessions[id] = s
	}
	return u
}

// canonical makes JSON comparable whatever the order of its fields.
func canonical(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return string(data)
	}
	return string(mustJSON(v))
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}
