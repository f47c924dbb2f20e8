package auth_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// risky is a sign-in of ada's to which the policy says this.
func risky(response string) auth.SignIn {
	s := signIn("h")
	s.Risk = auth.Risk{Score: 70, Level: "high", Factors: []string{"new_device"}, Response: response}
	s.Warning = "sealed alert"
	return s
}

var alert = auth.Notice{
	Kind: "security_alert", User: "u1", To: address.Text, Details: "sealed alert", At: storetest.Epoch(),
}

func TestWhatAResponseDoes(t *testing.T) {
	t.Parallel()
	passkey := auth.PasskeyRegistered{Passkey: auth.NewPasskey{ID: "p1"}}
	for name, c := range map[string]struct {
		events   []auth.Action
		response string
		level    int
		alert    bool
		refused  string
	}{
		"nothing":                           {nil, "nothing", auth.LevelBasic, false, ""},
		"a notice":                          {nil, "notice", auth.LevelBasic, true, ""},
		"a step-up by who has no passkey":   {nil, "step_up", auth.LevelBasic, true, ""},
		"a step-up by who has one":          {[]auth.Action{passkey}, "step_up", auth.LevelBasic, true, "step_up_required"},
		"a step-up by who has used it":      {[]auth.Action{passkey}, "step_up", auth.LevelStrong, true, ""},
		"a refusal":                         {nil, "refuse", auth.LevelBasic, true, "sign_in_refused"},
		"a refusal of who used a passkey":   {[]auth.Action{passkey}, "refuse", auth.LevelStrong, true, ""},
		"a policy from before there is one": {nil, "", auth.LevelBasic, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempt := risky(c.response)
			attempt.Level = c.level
			story := ada(t)
			if len(c.events) > 0 {
				story = storetest.Given[auth.User, auth.Action](t, reducer, append([]auth.Action{
					auth.UserRegistered{ID: "u1", Address: address.Text}, auth.EmailVerified{Address: address.Text},
				}, c.events...)...)
			}
			want := store.Effects{store.Take("magic_link", "p")}
			if c.refused != "" {
				want = append(want, store.Record(auth.LoginFailed{
					Method: "magic_link", Reason: c.refused, Circumstances: attempt.Circumstances, Risk: attempt.Risk,
				}))
			} else {
				want = append(want, startedBy(attempt)...)
			}
			if c.alert {
				want = slices.Insert(want, 2, store.Effect(alert)) // beside what was seen or has failed
			}
			story.When(attempt).Then(want...)
		})
	}
}

func TestANewDeviceIsToldOnce(t *testing.T) {
	t.Parallel()
	for response, kind := range map[string]string{"nothing": "new_device", "notice": "security_alert"} {
		s := risky(response)
		s.Device = auth.Sighting{ID: "d2", Details: s.Warning}
		letters := 0
		user := auth.User{ID: "u1", Address: address.Text, EmailVerified: true}
		effects, err := reducer.Reduce(&user, s, store.NewEnv(storetest.Epoch(), store.Actor{}, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range effects {
			if notice, ok := e.(auth.Notice); ok && notice.Kind == kind {
				letters++
			} else if ok {
				t.Errorf("%s: a letter %s, want %s only", response, notice.Kind, kind)
			}
		}
		if letters != 1 {
			t.Errorf("%s: %d letters, want 1", response, letters)
		}
	}
}

func TestAnAddressThatIsNotVerifiedGetsNoAlert(t *testing.T) {
	t.Parallel()
	attempt := risky("notice")
	attempt.Proved = false
	storetest.Given[auth.User, auth.Action](t, reducer, auth.UserRegistered{ID: "u1", Address: address.Text}).
		When(attempt).
		Then(append(store.Effects{store.Take("magic_link", "p")}, startedBy(attempt)...)...)
}

func TestFailuresAreRecorded(t *testing.T) {
	t.Parallel()
	failed := auth.FailLogin{Method: "passkey", Reason: "invalid_passkey", Circumstances: "sealed"}
	ada(t).
		When(failed).
		Then(store.Record(auth.LoginFailed(failed))).
		State(func(u auth.User) {
			if len(u.Attempts) != 1 || u.Attempts[0].OK || u.Attempts[0].Circumstances != "sealed" {
				t.Errorf("attempts = %+v", u.Attempts)
			}
		})
	storetest.Given[auth.User, auth.Action](t, reducer).When(failed).Then()
}

func TestNobodyFillsTheLogByFailing(t *testing.T) {
	t.Parallel()
	failed := func(i int) auth.FailLogin { return auth.FailLogin{Method: "passkey", Reason: fmt.Sprint(i)} }
	story := ada(t)
	for i := range 20 {
		story = story.When(failed(i)).Then(store.Record(auth.LoginFailed(failed(i))))
	}
	story.When(failed(20)).Then().
		When(risky("refuse")).Then(store.Take("magic_link", "p")).
		At(storetest.Epoch().Add(time.Hour)).
		When(failed(21)).Then(store.Record(auth.LoginFailed(failed(21))))
}
