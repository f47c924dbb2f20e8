package auth_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

const life = 30 * 24 * time.Hour

var reducer = auth.Reducer{SessionLife: life}

func signIn(tokenHash string) auth.SignIn {
	return auth.SignIn{
		UserID: "u1", Email: "ada@example.com", Method: "magic_link", Proof: auth.Proof{Kind: "magic_link", Key: "p"},
		TokenHash: tokenHash, Device: "Firefox on Linux",
	}
}

// started is the event of a session that signIn starts, and its row.
func started(id, tokenHash string, at time.Time) (auth.SessionStarted, store.RowEffect) {
	stamp := at.Format(time.RFC3339Nano)
	data := fmt.Sprintf(`{"id":%q,"email":"ada@example.com","device":"Firefox on Linux","created_at":%q,"last_seen_at":%q}`, id, stamp, stamp)
	expires := at.Add(life)
	return auth.SessionStarted{ID: id, TokenHash: tokenHash, Device: "Firefox on Linux", ExpiresAt: expires},
		store.Insert(store.Row{Kind: "session", Key: tokenHash, Owner: "u1", Data: []byte(data), Expires: expires})
}

// ada is a user with two sessions.
func ada(t *testing.T) *storetest.Story[auth.User, auth.Action] {
	t.Helper()
	until := storetest.Epoch().Add(life)
	return storetest.Given[auth.User, auth.Action](t, reducer,
		auth.UserRegistered{ID: "u1", Email: "ada@example.com"},
		auth.EmailVerified{Email: "ada@example.com"},
		auth.SessionStarted{ID: "s1", TokenHash: "h1", ExpiresAt: until},
		auth.SessionStarted{ID: "s2", TokenHash: "h2", ExpiresAt: until},
	)
}

func wantSessions(t *testing.T, ids ...string) func(auth.User) {
	return func(u auth.User) {
		t.Helper()
		for _, id := range ids {
			if _, ok := u.Sessions[id]; !ok {
				t.Errorf("session %s is missing", id)
			}
		}
		if len(u.Sessions) != len(ids) {
			t.Errorf("sessions = %v, want %v", u.Sessions, ids)
		}
	}
}

func TestTheFirstSignInRegisters(t *testing.T) {
	t.Parallel()
	session, row := started(storetest.ID(1, 1), "h", storetest.Epoch())
	storetest.Given[auth.User, auth.Action](t, reducer).
		When(signIn("h")).
		Then(
			store.Take("magic_link", "p"),
			store.Claim("email:ada@example.com"),
			store.Record(auth.UserRegistered{ID: "u1", Email: "ada@example.com"}),
			store.Record(auth.EmailVerified{Email: "ada@example.com"}),
			row,
			store.Record(auth.UserLoggedIn{Method: "magic_link"}, session),
		).
		State(func(got auth.User) {
			want := auth.User{
				ID: "u1", Email: "ada@example.com", EmailVerified: true, RegisteredAt: storetest.Epoch(),
				Sessions: map[string]auth.Session{session.ID: {TokenHash: "h", ExpiresAt: session.ExpiresAt}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
}

func TestALaterSignInOnlyStartsASession(t *testing.T) {
	t.Parallel()
	session, row := started(storetest.ID(1, 1), "h", storetest.Epoch())
	ada(t).
		When(signIn("h")).
		Then(store.Take("magic_link", "p"), row, store.Record(auth.UserLoggedIn{Method: "magic_link"}, session)).
		State(wantSessions(t, "s1", "s2", session.ID))
}

func TestSessionsThatHaveExpiredAreForgotten(t *testing.T) {
	t.Parallel()
	later := storetest.Epoch().Add(life)
	session, row := started(storetest.ID(1, 1), "h", later)
	ada(t).
		At(later).
		When(signIn("h")).
		Then(store.Take("magic_link", "p"), row, store.Record(auth.UserLoggedIn{Method: "magic_link"}, session)).
		State(wantSessions(t, session.ID))
}

func TestAnAddressThatBelongsToAnotherUserDoesNotSignIn(t *testing.T) {
	t.Parallel()
	other := signIn("h")
	other.Email = "eve@example.com"
	ada(t).When(other).Refused(store.ErrTaken)
}

func TestRevokeSession(t *testing.T) {
	t.Parallel()
	ada(t).
		When(auth.RevokeSession{ID: "s1"}).
		Then(store.Drop("session", "h1"), store.Record(auth.SessionRevoked{ID: "s1"})).
		State(wantSessions(t, "s2")).
		When(auth.RevokeSession{ID: "s1"}).
		Refused(auth.ErrNoSession)
}

func TestRevokeOtherSessions(t *testing.T) {
	t.Parallel()
	ada(t).
		When(auth.RevokeOtherSessions{Keep: "s1"}).
		Then(store.Drop("session", "h2"), store.Record(auth.SessionRevoked{ID: "s2"})).
		State(wantSessions(t, "s1")).
		When(auth.RevokeOtherSessions{Keep: "s1"}).
		Then()
}

func TestChangeProfile(t *testing.T) {
	t.Parallel()
	ada(t).
		When(auth.ChangeProfile{Name: "Ada"}).
		Then(store.Record(auth.ProfileChanged{Name: "Ada"})).
		State(func(u auth.User) {
			if u.Name != "Ada" {
				t.Errorf("name = %q, want Ada", u.Name)
			}
		}).
		When(auth.ChangeProfile{Name: "Ada"}).
		Then()
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, reducer, "testdata/events")
}
