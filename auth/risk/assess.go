package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// Assessment is what a policy makes of an attempt.
type Assessment struct {
	Score    int      `json:"score"` // 0 to 100
	Level    Level    `json:"level"`
	Factors  []Factor `json:"factors,omitempty"` // the weightiest first
	Response Response `json:"response"`
}

// Factor is one thing that speaks against an attempt.
type Factor struct {
	Name   string `json:"name"`   // "new_device"
	Points int    `json:"points"` // 1 to 100
	Says   string `json:"says"`   // a sentence for people, which names no network and no place
}

// Assess tells how risky an attempt is, by the account's attempts before it, in
// any order. The policy must have passed [Policy.Check].
func (p Policy) Assess(history []Attempt, attempt Attempt) Assessment {
	p = p.withDefaults()
	var factors []Factor
	if known := remember(history); len(known.succeeded) > 0 {
		factors = p.factors(known, attempt)
	}
	score := 0
	for _, f := range factors {
		score += f.Points
	}
	score = min(score, 100)
	level, response := p.level(score)
	return Assessment{Score: score, Level: level, Factors: factors, Response: response}
}

func (p Policy) level(score int) (Level, Response) {
	switch {
	case score >= p.Levels.Critical:
		return Critical, p.Responses.Critical
	case score >= p.Levels.High:
		return High, p.Responses.High
	case score >= p.Levels.Medium:
		return Medium, p.Responses.Medium
	}
	return Low, p.Responses.Low
}

// factors returns those that hold, the weightiest first.
func (p Policy) factors(known past, a Attempt) []Factor {
	factors := slices.DeleteFunc([]Factor{
		p.newDevice(known, a), p.newNetwork(known, a), p.impossibleTravel(known, a), p.failures(known, a),
		p.velocity(known, a), p.unusualTime(known, a), p.stuffing(a),
	}, func(f Factor) bool { return f.Points <= 0 })
	slices.SortStableFunc(factors, func(f, g Factor) int { return cmp.Compare(g.Points, f.Points) })
	return factors
}

func (p Policy) newDevice(known past, a Attempt) Factor {
	used := func(s Attempt) bool { return s.Device == a.Device }
	if a.Device != "" && slices.ContainsFunc(known.succeeded, used) {
		return Factor{}
	}
	return Factor{"new_device", p.Weights.NewDevice, "This device has not been used for the account before."}
}

func (p Policy) newNetwork(known past, a Attempt) Factor {
	used := func(s Attempt) bool { return s.Network == a.Network }
	if a.Network != "" && slices.ContainsFunc(known.succeeded, used) {
		return Factor{}
	}
	return Factor{"new_network", p.Weights.NewNetwork, "This network has not been used for the account before."}
}

func (p Policy) impossibleTravel(known past, a Attempt) Factor {
	if a.Place == nil {
		return Factor{}
	}
	km, since, ok := known.lastPlace(a)
	if !ok || km < p.Travel.MinKm || km <= p.Travel.KmPerHour*since.Hours() || math.IsNaN(km) {
		return Factor{}
	}
	return Factor{
		"impossible_travel", p.Weights.ImpossibleTravel,
		fmt.Sprintf("The account was used %.0f km away %s before; nobody travels that fast.", km, people(since)),
	}
}

func (p Policy) failures(known past, a Attempt) Factor {
	n := known.count(a.At, p.Failures.Within, func(a Attempt) bool { return !a.OK })
	if p.Weights.Failures < 0 {
		return Factor{}
	}
	return Factor{
		"failures", p.Weights.Failures * min(n, p.Failures.Count) / p.Failures.Count,
		fmt.Sprintf("Failed attempts to sign in within %s: %d.", people(p.Failures.Within), n),
	}
}

func (p Policy) velocity(known past, a Attempt) Factor {
	n := known.count(a.At, p.Velocity.Within, func(Attempt) bool { return true })
	if n < p.Velocity.Count {
		return Factor{}
	}
	return Factor{"velocity", p.Weights.Velocity, fmt.Sprintf("Attempts to sign in within %s: %d.", people(p.Velocity.Within), n)}
}

func (p Policy) unusualTime(known past, a Attempt) Factor {
	usual := func(s Attempt) bool { return timeOfDayApart(s.At, a.At) <= p.UsualHours.Apart }
	if len(known.succeeded) < p.UsualHours.After || slices.ContainsFunc(known.succeeded, usual) {
		return Factor{}
	}
	return Factor{"unusual_time", p.Weights.UnusualTime, "The account has not been used at this time of day before."}
}

func (p Policy) stuffing(a Attempt) Factor {
	if a.FailingAccounts < p.Stuffing {
		return Factor{}
	}
	return Factor{
		"stuffing", p.Weights.Stuffing,
		fmt.Sprintf("From this network, attempts to sign in to %d accounts have failed within an hour.", a.FailingAccounts),
	}
}

// timeOfDayApart is at most half a day: from 23:00 to 1:00 it is two hours. Where
// the user lives is not known, nor does it matter.
func timeOfDayApart(a, b time.Time) time.Duration {
	const day = 24 * time.Hour
	apart := (a.Sub(b)%day + day) % day
	return min(apart, day-apart)
}

// people returns a duration in the words that a sentence has for it.
func people(d time.Duration) string {
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if d >= 2*unit.long {
			return fmt.Sprintf("%d %s", d/unit.long, unit.name)
		}
	}
	if d == time.Hour {
		return "an hour"
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}
