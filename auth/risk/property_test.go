package risk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/composable-go/composable/auth/risk"
)

func anyPlace() *rapid.Generator[*risk.Place] {
	return rapid.SampledFrom([]*risk.Place{nil, berlin, paris, tokyo})
}

func anyAttempt() *rapid.Generator[risk.Attempt] {
	return rapid.Custom(func(t *rapid.T) risk.Attempt {
		return risk.Attempt{
			At: noon.Add(-time.Duration(rapid.IntRange(0, 3000).Draw(t, "minutes")) * time.Minute),
			OK: rapid.Bool().Draw(t, "ok"), Device: rapid.SampledFrom([]string{"", "laptop", "phone"}).Draw(t, "device"),
			Network: rapid.SampledFrom([]string{"", "home", "work"}).Draw(t, "network"), Place: anyPlace().Draw(t, "place"),
			FailingAccounts: rapid.IntRange(0, 20).Draw(t, "failing"),
		}
	})
}

func anyPolicy() *rapid.Generator[risk.Policy] {
	return rapid.Custom(func(t *rapid.T) risk.Policy {
		weight := func(name string) int { return rapid.IntRange(-1, 100).Draw(t, name) }
		levels := rapid.SliceOfN(rapid.IntRange(1, 101), 3, 3).Draw(t, "levels")
		slices.Sort(levels)
		return risk.Policy{
			Weights:    risk.Weights{weight("device"), weight("network"), weight("travel"), weight("failures"), weight("velocity"), weight("time"), weight("stuffing")},
			Failures:   risk.Rate{Count: rapid.IntRange(1, 9).Draw(t, "failures"), Within: time.Hour},
			Velocity:   risk.Rate{Count: rapid.IntRange(1, 9).Draw(t, "velocity"), Within: time.Hour},
			UsualHours: risk.UsualHours{After: rapid.IntRange(1, 5).Draw(t, "after")},
			Levels:     risk.Thresholds{Medium: levels[0], High: levels[1], Critical: levels[2]},
		}
	})
}

type story struct {
	policy  risk.Policy
	history []risk.Attempt
	attempt risk.Attempt
}

func anyStory(t *rapid.T) story {
	attempt := anyAttempt().Draw(t, "attempt")
	attempt.At = noon
	return story{anyPolicy().Draw(t, "policy"), rapid.SliceOfN(anyAttempt(), 0, 30).Draw(t, "history"), attempt}
}

func (s story) assess() risk.Assessment { return s.policy.Assess(s.history, s.attempt) }

func TestTheOrderOfTheHistoryDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		want := s.assess()
		s.history = rapid.Permutation(s.history).Draw(t, "order")
		if diff := cmp.Diff(want, s.assess()); diff != "" {
			t.Errorf("in another order (-want +got):\n%s", diff)
		}
	})
}

func TestScoresAndLevelsAreInRange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		if err := s.policy.Check(); err != nil {
			t.Fatal(err)
		}
		got := s.assess()
		if got.Score < 0 || got.Score > 100 || !slices.Contains(risk.Levels(), got.Level) || (got.Score == 0) != (len(got.Factors) == 0) {
			t.Errorf("assessment = %+v", got)
		}
		if !slices.ContainsFunc(s.history, func(a risk.Attempt) bool { return a.OK }) && got.Score != 0 {
			t.Errorf("the first sign-in is a risk: %+v", got)
		}
	})
}

// TestMoreBadFactsNeverLowerTheScore makes a story worse in one respect.
func TestMoreBadFactsNeverLowerTheScore(t *testing.T) {
	t.Parallel()
	worse := map[string]func(*rapid.T, *story){
		"a failure more": func(t *rapid.T, s *story) {
			f := anyAttempt().Draw(t, "failure")
			f.OK = false
			s.history = append(slices.Clone(s.history), f)
		},
		"a device nobody has seen":   func(_ *rapid.T, s *story) { s.attempt.Device = "new" },
		"a device that is not known": func(_ *rapid.T, s *story) { s.attempt.Device = "" },
		"a network nobody has seen":  func(_ *rapid.T, s *story) { s.attempt.Network = "new" },
		"more accounts that fail": func(t *rapid.T, s *story) {
			s.attempt.FailingAccounts += rapid.IntRange(1, 100).Draw(t, "more")
		},
		"the other end of the world": func(_ *rapid.T, s *story) {
			last := risk.Attempt{}
			for _, a := range s.history {
				if a.OK && a.Place != nil && a.At.After(last.At) {
					last = a
				}
			}
			if last.Place != nil {
				s.attempt.Place = &risk.Place{Latitude: -last.Place.Latitude, Longitude: last.Place.Longitude - 180}
			}
		},
	}
	for name, change := range worse {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				s := anyStory(t)
				before := s.assess()
				change(t, &s)
				after := s.assess()
				if after.Score < before.Score || slices.Index(risk.Levels(), after.Level) < slices.Index(risk.Levels(), before.Level) {
					t.Errorf("from %+v\n to %+v", before, after)
				}
			})
		})
	}
}
