package risk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/auth/risk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	berlin = &risk.Place{Name: "Berlin, DE", Latitude: 52.52, Longitude: 13.405}
	tokyo  = &risk.Place{Name: "Tokyo, JP", Latitude: 35.6764, Longitude: 139.65}
	paris  = &risk.Place{Name: "Paris, FR", Latitude: 48.8566, Longitude: 2.3522}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// usual is a sign-in with nothing special, so long before noon.
func usual(before time.Duration) risk.Attempt {
	return risk.Attempt{At: noon.Add(-before), Method: "magic_link", OK: true, Device: "laptop", Network: "home", Place: berlin}
}

func failed(before time.Duration) risk.Attempt {
	a := usual(before)
	a.OK = false
	return a
}

func times(n int, a risk.Attempt) (all []risk.Attempt) {
	for range n {
		all = append(all, a)
	}
	return all
}

func TestFactors(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		history []risk.Attempt
		change  func(*risk.Attempt)
		want    map[string]int
		level   risk.Level
	}{
		"nothing special":          {history: []risk.Attempt{usual(day)}, level: risk.Low},
		"the first sign-in of all": {change: func(a *risk.Attempt) { a.FailingAccounts = 100 }, level: risk.Low},
		"only failures before":     {history: times(9, failed(time.Minute)), level: risk.Low},
		"another device": {
			[]risk.Attempt{usual(day)},
			func(a *risk.Attempt) { a.Device = "phone" },
			map[string]int{"new_device": 20},
			risk.Low,
		},
		"no device and no network that is known": {
			[]risk.Attempt{usual(day)},
			func(a *risk.Attempt) { a.Device, a.Network = "", "" },
			map[string]int{"new_device": 20, "new_network": 10},
			risk.Medium,
		},
		"a device that only failed": {
			[]risk.Attempt{usual(day), {At: noon.Add(-day), Device: "phone", Network: "home"}},
			func(a *risk.Attempt) { a.Device = "phone" },
			map[string]int{"new_device": 20},
			risk.Low,
		},
		"Tokyo, an hour after Berlin": {
			[]risk.Attempt{usual(time.Hour)},
			func(a *risk.Attempt) { a.Place = tokyo },
			map[string]int{"impossible_travel": 50},
			risk.Medium,
		},
		"Tokyo, a flight after Berlin": {
			[]risk.Attempt{usual(12 * time.Hour)},
			func(a *risk.Attempt) { a.Place = tokyo },
			nil, risk.Low,
		},
		"Paris, which networks of Berlin may be said to be in": {
			[]risk.Attempt{{At: noon, OK: true, Device: "laptop", Network: "home", Place: &risk.Place{Latitude: 48, Longitude: -2}}},
			func(a *risk.Attempt) { a.Place = paris },
			nil, risk.Low,
		},
		"the place of the last sign-in counts, not of those before": {
			[]risk.Attempt{{At: noon.Add(-time.Hour), OK: true, Device: "laptop", Network: "home", Place: tokyo}, usual(2 * time.Hour)},
			func(a *risk.Attempt) { a.Place = tokyo },
			nil, risk.Low,
		},
		"nobody knows where": {
			[]risk.Attempt{usual(time.Hour)},
			func(a *risk.Attempt) { a.Place = nil },
			nil, risk.Low,
		},
		"two failures": {
			append(times(2, failed(time.Minute)), usual(day)), nil,
			map[string]int{"failures": 12},
			risk.Low,
		},
		"many failures at once": {
			append(times(50, failed(time.Minute)), usual(day)), nil,
			map[string]int{"failures": 30, "velocity": 20},
			risk.Medium,
		},
		"failures that have passed": {append(times(50, failed(time.Hour)), usual(day)), nil, nil, risk.Low},
		"ten sign-ins in ten minutes": {
			times(10, usual(9*time.Minute)), nil,
			map[string]int{"velocity": 20},
			risk.Low,
		},
		"the middle of the night": {
			times(10, usual(12*time.Hour)), nil,
			map[string]int{"unusual_time": 10},
			risk.Low,
		},
		"the middle of the night, of somebody whose hours are not known yet": {times(9, usual(12*time.Hour)), nil, nil, risk.Low},
		"ten accounts failed from here": {
			[]risk.Attempt{usual(day)},
			func(a *risk.Attempt) { a.FailingAccounts = 10 },
			map[string]int{"stuffing": 50},
			risk.Medium,
		},
		"nine accounts failed from here": {
			[]risk.Attempt{usual(day)},
			func(a *risk.Attempt) { a.FailingAccounts = 9 },
			nil, risk.Low,
		},
		"an attacker with the mailbox, far away": {
			[]risk.Attempt{usual(time.Hour)},
			func(a *risk.Attempt) { a.Device, a.Network, a.Place = "x", "y", tokyo },
			map[string]int{"impossible_travel": 50, "new_device": 20, "new_network": 10},
			risk.High,
		},
		"everything": {
			append(times(20, failed(time.Minute)), times(10, usual(12*time.Hour))...),
			func(a *risk.Attempt) { a.Device, a.Network, a.Place, a.FailingAccounts = "x", "y", paris, 1000 },
			map[string]int{"stuffing": 50, "failures": 30, "velocity": 20, "new_device": 20, "new_network": 10, "unusual_time": 10},
			risk.Critical,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempt := usual(0)
			if c.change != nil {
				c.change(&attempt)
			}
			got := risk.Policy{}.Assess(c.history, attempt)
			points := map[string]int{}
			sum := 0
			for _, f := range got.Factors {
				points[f.Name] = f.Points
				sum += f.Points
				if len(f.Says) < 20 {
					t.Errorf("%s says %q", f.Name, f.Says)
				}
			}
			if c.want == nil {
				c.want = map[string]int{}
			}
			if diff := cmp.Diff(c.want, points); diff != "" {
				t.Errorf("factors (-want +got):\n%s", diff)
			}
			if got.Score != min(sum, 100) || got.Level != c.level {
				t.Errorf("score %d, level %s; want %d, %s", got.Score, got.Level, min(sum, 100), c.level)
			}
		})
	}
}

func TestWhatALevelTriggers(t *testing.T) {
	t.Parallel()
	attempt := usual(0)
	attempt.Device = "phone"
	for weight, want := range map[int]risk.Response{29: risk.Nothing, 30: risk.Notice, 59: risk.Notice, 60: risk.StepUp, 89: risk.StepUp, 90: risk.Refuse} {
		policy := risk.Policy{Weights: risk.Weights{NewDevice: weight}}
		if got := policy.Assess(times(1, usual(time.Hour)), attempt).Response; got != want {
			t.Errorf("%d points trigger %q, want %q", weight, got, want)
		}
	}
	gentle := risk.Policy{Weights: risk.Weights{NewDevice: 100}, Responses: risk.Responses{Critical: risk.Notice}}
	if got := gentle.Assess(times(1, usual(time.Hour)), attempt); got.Response != risk.Notice || got.Level != risk.Critical {
		t.Errorf("a gentle policy: %+v", got)
	}
}

func TestAFactorCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	off := risk.Policy{Weights: risk.Weights{-1, -1, -1, -1, -1, -1, -1}}
	history := append(times(20, failed(time.Minute)), times(10, usual(12*time.Hour))...)
	if got := off.Assess(history, risk.Attempt{At: noon, Place: tokyo, FailingAccounts: 100}); got.Score != 0 || len(got.Factors) != 0 {
		t.Errorf("assessment = %+v", got)
	}
}

func ExamplePolicy_Assess() {
	history := []risk.Attempt{usual(time.Hour)}
	attempt := risk.Attempt{At: noon, OK: true, Device: "phone", Network: "home", Place: tokyo}
	a := risk.Policy{}.Assess(history, attempt)
	fmt.Println(a.Score, a.Level, a.Response)
	for _, f := range a.Factors {
		fmt.Println(f.Points, f.Name, f.Says)
	}
	// Output:
	// 70 high step_up
	// 50 impossible_travel The account was used 8916 km away 60 minutes before; nobody travels that fast.
	// 20 new_device This device has not been used for the account before.
}
