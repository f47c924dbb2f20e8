package auth_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

var (
	newKey = auth.NewPasskey{ID: "k1", Name: "sealed name of the key", PublicKey: []byte{1}, SignCount: 5}
	proof  = auth.Proof{Kind: "passkey_registration", Key: "c"}
)

// holder is a user with a verified address, a session and a passkey.
func holder(t *testing.T, r auth.Reducer, more ...auth.Action) *storetest.Story[auth.User, auth.Action] {
	t.Helper()
	return storetest.Given(t, r, append([]auth.Action{
		auth.UserRegistered{ID: "u1", Address: address.Text},
		auth.EmailVerified{Address: address.Text},
		auth.DeviceSeen{ID: laptop.ID, Name: laptop.Name},
		auth.SessionStarted{ID: "s1", TokenHash: "h1", Device: laptop.ID, Level: 1, ExpiresAt: storetest.Epoch().Add(life)},
		auth.PasskeyRegistered{Passkey: newKey},
	}, more...)...)
}

func letter(kind string) auth.Notice {
	return auth.Notice{Kind: kind, User: "u1", To: address.Text, Details: "sealed letter", At: storetest.Epoch()}
}

func TestAddPasskey(t *testing.T) {
	t.Parallel()
	another := newKey
	another.ID = "k2"
	holder(t, reducer).
		When(auth.AddPasskey{Passkey: another, Proof: proof, Details: "sealed letter"}).
		Then(
			store.Take("passkey_registration", "c"), store.Claim("passkey:k2"),
			store.Record(auth.PasskeyRegistered{Passkey: another}), letter("passkey_added"),
		).
		When(auth.AddPasskey{Passkey: another, Proof: proof}).
		Refused(store.ErrTaken)
}

func TestRenamePasskey(t *testing.T) {
	t.Parallel()
	holder(t, reducer).
		When(auth.RenamePasskey{ID: "k1", Name: "sealed other"}).
		Then(store.Record(auth.PasskeyRenamed{ID: "k1", Name: "sealed other"})).
		When(auth.RenamePasskey{ID: "k1", Name: "sealed other"}).
		Then().
		When(auth.RenamePasskey{ID: "k2", Name: "sealed other"}).
		Refused(auth.ErrNoPasskey)
}

func TestRemovePasskey(t *testing.T) {
	t.Parallel()
	holder(t, reducer).
		When(auth.RemovePasskey{ID: "k1", Details: "sealed letter"}).
		Then(store.Release("passkey:k1"), store.Record(auth.PasskeyRevoked{ID: "k1"}), letter("passkey_removed")).
		When(auth.RemovePasskey{ID: "k1"}).
		Refused(auth.ErrNoPasskey)
}

func TestTheLastWayInIsNoPasskeyToRemove(t *testing.T) {
	t.Parallel()
	unconfirmed := []auth.Action{
		auth.UserRegistered{ID: "u1", Address: address.Text}, auth.PasskeyRegistered{Passkey: newKey},
	}
	second := newKey
	second.ID = "k2"
	for name, c := range map[string]struct {
		more    []auth.Action
		refused bool
	}{
		"alone":             {nil, true},
		"a second passkey":  {[]auth.Action{auth.PasskeyRegistered{Passkey: second}}, false},
		"a linked account":  {[]auth.Action{auth.IdentityLinked{Provider: "google"}}, false},
		"an address proved": {[]auth.Action{auth.EmailVerified{Address: address.Text}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story := storetest.Given[auth.User, auth.Action](t, reducer, append(unconfirmed[:2:2], c.more...)...).
				When(auth.RemovePasskey{ID: "k1"})
			if c.refused {
				story.Refused(auth.ErrLastWayIn)
				return
			}
			effects := store.Effects{store.Release("passkey:k1"), store.Record(auth.PasskeyRevoked{ID: "k1"})}
			if name == "an address proved" {
				effects = append(effects, auth.Notice{Kind: "passkey_removed", User: "u1", To: address.Text, At: storetest.Epoch()})
			}
			story.Then(effects...)
		})
	}
}

func stepUpBy(count uint32) auth.StepUp {
	return auth.StepUp{
		Session: "s1", Action: "account.Pay", Digest: "d", Passkey: auth.PasskeyUse{ID: "k1", SignCount: count},
		Alert: "sealed letter", Proof: auth.Proof{Kind: "step_up", Key: "c"}, TokenHash: "h2", Claim: "email:ada",
	}
}

func TestStepUp(t *testing.T) {
	t.Parallel()
	r := auth.Reducer{SessionLife: life, StepUpLife: 10 * time.Minute}
	now := storetest.Epoch()
	until, expires, stamp := now.Add(10*time.Minute), now.Add(life), now.Format(time.RFC3339Nano)
	row := func(kind, key, raised string, expires time.Time) store.Row {
		data := fmt.Sprintf(`{"id":"s1","token":"h2","claim":"email:ada","device":"d1","name":"sealed device","place":"","level":1,`+
			`%s"created_at":%q,"last_seen_at":%q,"ends":%q}`, raised, stamp, stamp, now.Add(life).Format(time.RFC3339Nano))
		return store.Row{Kind: kind, Key: key, Owner: "u1", Data: []byte(data), Expires: expires}
	}
	raised := fmt.Sprintf(`"raised":{"until":%q,"confirmed":{"Digest":"d","Kind":"confirmation","Key":"c"}},`, until.Format(time.RFC3339Nano))
	holder(t, r).
		When(stepUpBy(6)).
		Then(
			store.Take("step_up", "c"),
			store.Record(auth.PasskeyUsed{ID: "k1", SignCount: 6}),
			store.Record(auth.StepUpCompleted{Session: "s1", Action: "account.Pay", Digest: "d", Passkey: "k1", Until: until}),
			store.Insert(store.Row{Kind: "confirmation", Key: "c", Owner: "u1", Data: []byte("{}"), Expires: until}),
			store.Take("session", "h1"),
			store.Insert(row("session", "h1", "", now.Add(30*time.Second))), // requests under way, of the level before
			store.Insert(row("session", "h2", raised, expires)),
			store.Put(row("session_id", "s1", raised, expires)),
			store.Record(auth.SessionRefreshed{ID: "s1", TokenHash: "h2"}),
		)
}

func TestStepUpRefused(t *testing.T) {
	t.Parallel()
	gone, other := stepUpBy(6), stepUpBy(6)
	gone.Session, other.Passkey.ID = "s2", "k2"
	holder(t, reducer).
		When(gone).Refused(auth.ErrNoSession).
		When(other).Refused(passkey.ErrUnknown).
		When(stepUpBy(5)).
		Then(
			store.Take("step_up", "c"),
			store.Record(auth.CounterRollbackDetected{ID: "k1", Stored: 5, Received: 5}),
			letter("security_alert"),
		).
		At(storetest.Epoch().Add(life)).
		When(stepUpBy(6)).Refused(auth.ErrNoSession)
}

func TestConfirmed(t *testing.T) {
	t.Parallel()
	type pay struct{ Amount int }
	digest, err := auth.Digest("account.Pay", pay{5})
	if err != nil {
		t.Fatal(err)
	}
	actor := store.Actor{ID: "u1", Confirmed: store.Confirmation{Digest: digest, Kind: "confirmation", Key: "c"}}
	env := store.NewEnv(storetest.Epoch(), actor, "")
	got, err := auth.Confirmed(env, "account.Pay", pay{5})
	if diff := cmp.Diff(store.Effect(store.Take("confirmation", "c")), got); err != nil || diff != "" {
		t.Errorf("Confirmed() = %v, effect (-want +got):\n%s", err, diff)
	}
	nobody := store.NewEnv(storetest.Epoch(), store.Actor{}, "")
	for name, refused := range map[string]func() (store.Effect, error){
		"another amount": func() (store.Effect, error) { return auth.Confirmed(env, "account.Pay", pay{6}) },
		"another action": func() (store.Effect, error) { return auth.Confirmed(env, "account.Close", pay{5}) },
		"nothing":        func() (store.Effect, error) { return auth.Confirmed(nobody, "account.Pay", pay{5}) },
	} {
		effect, err := refused()
		r := store.AsRefusal(err)
		if effect != nil || r.Code != "step_up_required" || r.Details["required_level"] != auth.LevelStrong || r.Details["action"] == nil {
			t.Errorf("%s: %v, %+v", name, effect, r)
		}
	}
}
