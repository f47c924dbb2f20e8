package auth_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
	"github.com/composable-go/composable/web"
)

// requireLevel serves what needs a session of [auth.LevelStrong].
func requireLevel(actor store.Actor) http.Handler {
	router := web.NewRouter(web.Options{})
	router.Use(web.Identify(func(*http.Request) (store.Actor, error) { return actor, nil }))
	router.With(auth.RequireLevel(auth.LevelStrong)).Get("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return router
}

// lovelace is a user with one session, which began a minute ago.
func lovelace(t *testing.T) (story *storetest.Story[auth.User, auth.Action], began time.Time) {
	t.Helper()
	began = storetest.Epoch()
	return storetest.Given[auth.User, auth.Action](t, reducer,
		auth.UserRegistered{ID: "u1", Address: address.Text},
		auth.EmailVerified{Address: address.Text},
		auth.DeviceSeen{ID: "d1", Name: laptop.Name},
		auth.SessionStarted{
			ID: "s1", TokenHash: "h1", Device: "d1", Place: laptop.Place, Method: "magic_link", Level: 1, ExpiresAt: began.Add(life),
		},
	).At(began.Add(time.Minute)), began
}

// session is a row of the session s1.
func session(kind, key string, data []byte, expires time.Time) store.Row {
	return store.Row{Kind: kind, Key: key, Owner: "u1", Data: data, Expires: expires}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	story, began := lovelace(t)
	now := began.Add(time.Minute)
	refresh := func(from, to string) auth.RefreshSession {
		return auth.RefreshSession{ID: "s1", From: from, TokenHash: to, Claim: "email:ada"}
	}
	data := func(token string) []byte { return sessionData("s1", token, began, now) }
	story.
		When(refresh("h0", "h2")).Refused(auth.ErrTokenReplaced).
		When(refresh("h1", "h2")).
		Then(
			store.Take("session", "h1"), store.Insert(session("session", "h1", data("h2"), now.Add(30*time.Second))),
			store.Insert(session("session", "h2", data("h2"), began.Add(life))),
			store.Put(session("session_id", "s1", data("h2"), began.Add(life))),
			store.Record(auth.SessionRefreshed{ID: "s1", TokenHash: "h2"}),
		).
		When(refresh("h1", "h2")).Then(). // another request was faster
		When(refresh("h1", "h3")).Refused(auth.ErrTokenReplaced).
		When(refresh("h2", "h3")).
		Then(
			store.Drop("session", "h1"),
			store.Take("session", "h2"), store.Insert(session("session", "h2", data("h3"), now.Add(30*time.Second))),
			store.Insert(session("session", "h3", data("h3"), began.Add(life))),
			store.Put(session("session_id", "s1", data("h3"), began.Add(life))),
			store.Record(auth.SessionRefreshed{ID: "s1", TokenHash: "h3"}),
		).
		When(auth.RevokeSession{ID: "s1"}).
		Then(
			store.Drop("session", "h3"), store.Drop("session_id", "s1"), store.Drop("session", "h2"),
			store.Record(auth.SessionRevoked{ID: "s1"}),
		).
		When(refresh("h3", "h4")).Refused(auth.ErrNoSession)
}

func TestASessionThatHasExpiredIsNotRefreshed(t *testing.T) {
	t.Parallel()
	story, began := lovelace(t)
	story.At(began.Add(life)).
		When(auth.RefreshSession{ID: "s1", From: "h1", TokenHash: "h2"}).
		Refused(auth.ErrNoSession)
}

func TestASessionBeginsStrongByAPasskeyAndStaysSoForAWhile(t *testing.T) {
	t.Parallel()
	story := storetest.Given[auth.User, auth.Action](t, auth.Reducer{SessionLife: life, StepUpLife: time.Minute},
		auth.UserRegistered{ID: "u1", Address: address.Text}, auth.EmailVerified{Address: address.Text}, auth.DeviceSeen{ID: "d1"})
	byPasskey := signIn("h")
	byPasskey.Method, byPasskey.Level = "passkey", auth.LevelStrong
	id, now := storetest.ID(1, 1), storetest.Epoch()
	effects, err := story.When(byPasskey).Outcome()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"` + id + `","token":"h","claim":"email:ada","device":"d1","name":"sealed device","place":"sealed place","level":1,` +
		`"raised":{"until":"` + stamp(now.Add(time.Minute)) + `","confirmed":{"Digest":"","Kind":"","Key":""}},` +
		`"created_at":"` + stamp(now) + `","last_seen_at":"` + stamp(now) + `","ends":"` + stamp(now.Add(life)) + `"}`
	if got := string(effects[2].(store.RowEffect).Row.Data); got != want {
		t.Errorf("the session's row\ngot  %s\nwant %s", got, want)
	}
	story.State(func(u auth.User) {
		if got := u.Sessions[id]; !got.RaisedUntil.Equal(now.Add(time.Minute)) || got.Level != auth.LevelStrong {
			t.Errorf("session = %+v", got)
		}
	})
}

func TestTheOwnerIsToldOfADeviceThatWasNotSeenBefore(t *testing.T) {
	t.Parallel()
	phone := signIn("h")
	phone.Device = auth.Sighting{ID: "d2", Name: "sealed phone", Details: "sealed details"}
	told := func(effects store.Effects) (n int) {
		for _, e := range effects {
			if notice, ok := e.(auth.Notice); ok {
				if n++; notice.Kind != "new_device" || notice.User != "u1" || notice.To != address.Text || notice.Details != "sealed details" {
					t.Errorf("notice = %+v", notice)
				}
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		before []auth.Action
		want   int
	}{
		"known":            {[]auth.Action{auth.EmailVerified{Address: address.Text}, auth.DeviceSeen{ID: "d2"}}, 0},
		"new":              {[]auth.Action{auth.EmailVerified{Address: address.Text}, auth.DeviceSeen{ID: "d1"}}, 1},
		"the address's":    {nil, 0}, // not known to be theirs before
		"revoked meantime": {[]auth.Action{auth.EmailVerified{Address: address.Text}, auth.DeviceSeen{ID: "d2"}, auth.DeviceRevoked{ID: "d2"}}, 1},
	} {
		story := storetest.Given[auth.User, auth.Action](t, reducer,
			append([]auth.Action{auth.UserRegistered{ID: "u1", Address: address.Text}}, c.before...)...)
		effects, err := story.When(phone).Outcome()
		if got := told(effects); err != nil || got != c.want {
			t.Errorf("%s: %d letters, %v; want %d", name, got, err, c.want)
		}
	}
}
