package auth_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

const life = 30 * 24 * time.Hour

var reducer = auth.Reducer{SessionLife: life}

var (
	address = auth.Address{Text: "sealed address", Claim: "email:ada"}
	laptop  = auth.Sighting{ID: "d1", Name: "sealed device", Place: "sealed place", Details: "sealed details"}
)

// signIn is that of somebody who was looked up and found.
func signIn(tokenHash string) auth.SignIn {
	return auth.SignIn{
		UserID: "u1", Address: address, Proved: true, Method: "magic_link", Level: auth.LevelBasic,
		Proofs: []auth.Proof{{Kind: "magic_link", Key: "p"}}, TokenHash: tokenHash, Device: laptop, Circumstances: "sealed circumstances",
	}
}

// started is what starting a session leaves.
func started(t *testing.T, id, tokenHash string, at time.Time) store.Effects {
	t.Helper()
	return startedAs(id, at, signIn(tokenHash))
}

// startedBy is what the first sign-in of a story leaves.
func startedBy(s auth.SignIn) store.Effects {
	return startedAs(storetest.ID(1, 1), storetest.Epoch(), s)
}

func startedAs(id string, at time.Time, s auth.SignIn) store.Effects {
	expires := at.Add(life)
	data := sessionData(id, s.TokenHash, at, at)
	if !s.Proved {
		data = bytes.Replace(data, []byte(address.Claim), nil, 1)
	}
	var raised time.Time
	if s.Level >= auth.LevelStrong { // for no time at all: the reducer's StepUpLife is 0
		raised = at
		until := fmt.Sprintf(`"level":1,"raised":{"until":%q,"confirmed":{"Digest":"","Kind":"","Key":""}},`, stamp(at))
		data = bytes.Replace(data, []byte(`"level":1,`), []byte(until), 1)
	}
	return store.Effects{
		store.Record(auth.DeviceSeen{ID: "d1", Name: laptop.Name}),
		store.Insert(store.Row{Kind: "session", Key: s.TokenHash, Owner: "u1", Data: data, Expires: expires}),
		store.Put(store.Row{Kind: "session_id", Key: id, Owner: "u1", Data: data, Expires: expires}),
		store.Record(
			auth.UserLoggedIn{
				Method: "magic_link", Level: s.Level, Session: id, Device: "d1", Circumstances: "sealed circumstances", Risk: s.Risk,
			},
			auth.SessionStarted{
				ID: id, TokenHash: s.TokenHash, Device: "d1", Place: laptop.Place, Method: "magic_link", Level: s.Level,
				ExpiresAt: expires, RaisedUntil: raised,
			},
		),
	}
}

// sessionData is that of a session's rows.
func sessionData(id, tokenHash string, created, seen time.Time) []byte {
	return fmt.Appendf(nil, `{"id":%q,"token":%q,"claim":"email:ada","device":"d1","name":"sealed device","place":"sealed place",`+
		`"level":1,"created_at":%q,"last_seen_at":%q,"ends":%q}`,
		id, tokenHash, stamp(created), stamp(seen), stamp(created.Add(life)))
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

// ada is a user with two sessions.
func ada(t *testing.T) *storetest.Story[auth.User, auth.Action] {
	t.Helper()
	until := storetest.Epoch().Add(life)
	return storetest.Given[auth.User, auth.Action](t, reducer,
		auth.UserRegistered{ID: "u1", Address: address.Text},
		auth.EmailVerified{Address: address.Text},
		auth.DeviceSeen{ID: "d1", Name: laptop.Name},
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
	first := signIn("h")
	first.Key = store.Row{Kind: "personal_key", Key: "u1"}
	first.Name = "sealed name"
	id := storetest.ID(1, 1)
	storetest.Given[auth.User, auth.Action](t, reducer).
		When(first).
		Then(slices.Concat(store.Effects{
			store.Take("magic_link", "p"),
			store.Insert(first.Key),
			store.Record(auth.UserRegistered{ID: "u1", Address: address.Text}),
			store.Claim("email:ada"),
			store.Record(auth.EmailVerified{Address: address.Text}),
			store.Record(auth.ProfileChanged{Name: "sealed name"}),
		}, started(t, id, "h", storetest.Epoch()))...).
		State(func(got auth.User) {
			want := auth.User{
				ID: "u1", Address: address.Text, EmailVerified: true, Name: "sealed name", RegisteredAt: storetest.Epoch(),
				Sessions: map[string]auth.Session{id: {
					TokenHash: "h", Device: "d1", Place: laptop.Place, Method: "magic_link", Level: 1,
					StartedAt: storetest.Epoch(), ExpiresAt: storetest.Epoch().Add(life),
				}},
				Devices: map[string]auth.Device{"d1": {
					Name: laptop.Name, FirstSeenAt: storetest.Epoch(), LastSeenAt: storetest.Epoch(), SignIns: 1,
				}},
				Attempts: []auth.Attempt{{
					At: storetest.Epoch(), OK: true, Method: "magic_link", Device: "d1", Circumstances: "sealed circumstances",
				}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
}

func TestALaterSignInOnlyStartsASession(t *testing.T) {
	t.Parallel()
	id := storetest.ID(1, 1)
	ada(t).
		When(signIn("h")).
		Then(append(store.Effects{store.Take("magic_link", "p")}, started(t, id, "h", storetest.Epoch())...)...).
		State(wantSessions(t, "s1", "s2", id))
}

func TestSessionsThatHaveExpiredAreForgotten(t *testing.T) {
	t.Parallel()
	later, id := storetest.Epoch().Add(life), storetest.ID(1, 1)
	ada(t).
		At(later).
		When(signIn("h")).
		Then(append(store.Effects{store.Take("magic_link", "p")}, started(t, id, "h", later)...)...).
		State(wantSessions(t, id))
}

func TestAUserWhoWasNotLookedUpDoesNotSignIn(t *testing.T) {
	t.Parallel()
	storetest.Given[auth.User, auth.Action](t, reducer).When(signIn("h")).Refused(store.ErrTaken)
}

func TestAnAddressThatBelongsToAnotherUserDoesNotSignIn(t *testing.T) {
	t.Parallel()
	other := signIn("h")
	other.Address.Text = "sealed address of eve"
	ada(t).When(other).Refused(store.ErrTaken)
}

func TestRevokeSession(t *testing.T) {
	t.Parallel()
	ada(t).
		When(auth.RevokeSession{ID: "s1"}).
		Then(store.Drop("session", "h1"), store.Drop("session_id", "s1"), store.Record(auth.SessionRevoked{ID: "s1"})).
		State(wantSessions(t, "s2")).
		When(auth.RevokeSession{ID: "s1"}).
		Refused(auth.ErrNoSession)
}

func TestRevokeOtherSessions(t *testing.T) {
	t.Parallel()
	ada(t).
		When(auth.RevokeOtherSessions{Keep: "s1"}).
		Then(store.Drop("session", "h2"), store.Drop("session_id", "s2"), store.Record(auth.SessionRevoked{ID: "s2"})).
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
	at := time.Date(2026, 12, 24, 20, 40, 58, 250764000, time.UTC)
	passkey := auth.NewPasskey{
		ID: "p1", Name: "sealed", PublicKey: []byte{1}, AAGUID: "00000000-0000-0000-0000-000000000000", Transports: []string{"internal"},
		SignCount: 1, UserVerified: true, BackupEligible: true, BackedUp: true,
	}
	risk := auth.Risk{Score: 40, Level: "medium", Factors: []string{"new_device"}, Response: "notice"}
	storetest.Golden[auth.User, auth.Action](t, reducer, "testdata/events",
		auth.UserRegistered{ID: "u1", Address: "sealed"}, auth.EmailVerified{Address: "sealed"}, auth.ProfileChanged{Name: "sealed"},
		auth.DeviceSeen{ID: "d1", Name: "sealed"}, auth.DeviceTrusted{ID: "d1"},
		auth.UserLoggedIn{Method: "magic_link", Level: 1, Session: "s1", Device: "d1", Circumstances: "sealed", Risk: risk},
		auth.SessionStarted{ID: "s1", TokenHash: "h1", Device: "d1", Place: "sealed", Method: "passkey", Level: 2, ExpiresAt: at, RaisedUntil: at},
		auth.SessionRefreshed{ID: "s1", TokenHash: "h2"},
		auth.PasskeyRegistered{Passkey: passkey}, auth.PasskeyUsed{ID: "p1", SignCount: 2, BackedUp: true},
		auth.PasskeyRenamed{ID: "p1", Name: "sealed"}, auth.CounterRollbackDetected{ID: "p1", Stored: 2, Received: 1},
		auth.StepUpCompleted{Session: "s1", Action: "payment.Refund", Digest: "d", Passkey: "p1", Until: at},
		auth.IdentityLinked{Provider: "google", Account: "sealed"}, auth.IdentityUnlinked{Provider: "google"},
		auth.LoginFailed{Method: "passkey", Reason: "invalid_passkey", Circumstances: "sealed", Risk: risk},
		auth.EmailChanged{Address: "sealed"}, auth.RoleGranted{Role: "organiser"}, auth.RoleRevoked{Role: "organiser"},
		auth.PasskeyRevoked{ID: "p1"}, auth.DeviceRevoked{ID: "d1"}, auth.SessionRevoked{ID: "s1"}, auth.UserErased{ID: "u1"},
	)
}
