package risk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth/risk"
)

func TestParsePolicy(t *testing.T) {
	t.Parallel()
	got, err := risk.ParsePolicy([]byte(`{
		"weights": {"new_device": 40, "stuffing": -1}, "failures": {"count": 3, "within": "30m"}, "failing_accounts": 4,
		"travel": {"km_per_hour": 1000}, "usual_hours": {"apart": "2h"}, "levels": {"critical": 80}, "responses": {"high": "refuse"}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := risk.Policy{
		Weights: risk.Weights{NewDevice: 40, Stuffing: -1}, Failures: risk.Rate{Count: 3, Within: 30 * time.Minute}, Stuffing: 4,
		Travel: risk.Travel{KmPerHour: 1000}, UsualHours: risk.UsualHours{Apart: 2 * time.Hour},
		Levels: risk.Thresholds{Critical: 80}, Responses: risk.Responses{High: risk.Refuse},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	if got, err := risk.ParsePolicy([]byte(`{}`)); err != nil || got != (risk.Policy{}) {
		t.Errorf("an empty policy: %+v, %v", got, err)
	}
}

func TestPoliciesThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                         "EOF",
		`{} {}`:                                    "more than one",
		`{"weight": {}}`:                           `unknown field "weight"`,
		`{"weights": {"device": 1}}`:               `unknown field "device"`,
		`{"failures": {"window": "1h"}}`:           `unknown field "window"`,
		`{"failures": {"within": "an hour"}}`:      "invalid duration",
		`{"failures": {"count": -1}}`:              "negative",
		`{"velocity": {"within": "-1h"}}`:          "negative",
		`{"weights": {"failures": 101}}`:           "1 to 100",
		`{"travel": {"min_km": -1}}`:               "positive",
		`{"usual_hours": {"apart": "13h"}}`:        "at most 12h",
		`{"usual_hours": {"around": "3h"}}`:        `unknown field "around"`,
		`{"levels": {"medium": 70}}`:               "ascend",
		`{"failing_accounts": 101}`:                "more than 100",
		`{"responses": {"critical": "explode"}}`:   "nothing, notice, step_up and refuse are possible",
		`{"weights": {"new_device": "very much"}}`: "cannot unmarshal",
	} {
		if _, err := risk.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want an error that says %q", text, err, want)
		}
	}
}

// FuzzParsePolicy holds that whatever is accepted can assess: no score is out of
// range, no division is by zero.
func FuzzParsePolicy(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"failures":{"count":3,"within":"30m"}}`, `{"usual_hours":{"after":1,"apart":"12h"}}`, `{"failures":null}`,
		`{"weights":{"new_device":100,"failures":-1}}`, `{"travel":{"km_per_hour":1e-9,"min_km":1e308}}`, `{"levels":{"critical":101}}`,
	} {
		f.Add([]byte(seed))
	}
	history := append(times(20, failed(time.Minute)), times(10, usual(12*time.Hour))...)
	f.Fuzz(func(t *testing.T, data []byte) {
		policy, err := risk.ParsePolicy(data)
		if err != nil {
			return
		}
		got := policy.Assess(history, risk.Attempt{At: noon, Place: tokyo, FailingAccounts: 100})
		if got.Score < 0 || got.Score > 100 || got.Response == "" {
			t.Errorf("%s: %+v", data, got)
		}
		for _, factor := range got.Factors {
			if factor.Points < 1 || factor.Points > 100 {
				t.Errorf("%s: %+v", data, factor)
			}
		}
	})
}
