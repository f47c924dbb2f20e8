package risk

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Policy says what counts how much, and what follows. The zero value is a
// sensible one; of every field, zero means its default.
type Policy struct {
	Weights    Weights    `json:"weights"`
	Failures   Rate       `json:"failures"`         // of sign-ins on the account; 5 in an hour weigh in full, fewer in proportion
	Velocity   Rate       `json:"velocity"`         // of sign-ins on the account, failed or not; 10 in 10 minutes
	Stuffing   int        `json:"failing_accounts"` // accounts that failed from one network within an hour; 10
	Travel     Travel     `json:"travel"`
	UsualHours UsualHours `json:"usual_hours"`
	Levels     Thresholds `json:"levels"`
	Responses  Responses  `json:"responses"`
}

// Weights are the points of the factors, 1 to 100 each. A negative one turns its
// factor off.
type Weights struct {
	NewDevice        int `json:"new_device"`        // 20
	NewNetwork       int `json:"new_network"`       // 10
	ImpossibleTravel int `json:"impossible_travel"` // 50
	Failures         int `json:"failures"`          // 30
	Velocity         int `json:"velocity"`          // 20
	UnusualTime      int `json:"unusual_time"`      // 10
	Stuffing         int `json:"stuffing"`          // 50
}

// Rate is a number of attempts within a time, the attempt in question left out.
type Rate struct {
	Count  int           `json:"count"`
	Within time.Duration `json:"within"`
}

// Travel is what nobody does between two sign-ins: to be at least MinKm away,
// faster than KmPerHour.
type Travel struct {
	KmPerHour float64 `json:"km_per_hour"` // 900, what airliners cruise at
	MinKm     float64 `json:"min_km"`      // 500: locators of networks are wrong by hundreds of km
}

// UsualHours is how a user's time of day is learnt: after so many sign-ins, one
// at a time of day that is farther than Apart from all of theirs is unusual.
// Apart is 12 hours at most, as the day is a circle.
type UsualHours struct {
	After int           `json:"after"` // 10
	Apart time.Duration `json:"apart"` // 3 hours
}

// Thresholds are the scores at which levels begin, in ascending order.
type Thresholds struct {
	Medium   int `json:"medium"`   // 30
	High     int `json:"high"`     // 60
	Critical int `json:"critical"` // 90; above 100 it is never reached
}

// Responses says what each level triggers.
type Responses struct {
	Low      Response `json:"low"`      // [Nothing]
	Medium   Response `json:"medium"`   // [Notice]
	High     Response `json:"high"`     // [StepUp]
	Critical Response `json:"critical"` // [Refuse]
}

// Response is what an assessment triggers.
type Response string

// Responses, from the mildest on.
const (
	Nothing Response = "nothing"
	Notice  Response = "notice"  // a mail tells the owner
	StepUp  Response = "step_up" // and the session asks for a second proof
	Refuse  Response = "refuse"  // nobody is let in, and a mail tells the owner
)

// Level of a risk.
type Level string

// Levels, from the lowest on.
const (
	Low      Level = "low"
	Medium   Level = "medium"
	High     Level = "high"
	Critical Level = "critical"
)

// Levels returns all levels, from the lowest on.
func Levels() []Level { return []Level{Low, Medium, High, Critical} }

func (p Policy) withDefaults() Policy {
	w, l, r := p.Weights, p.Levels, p.Responses
	return Policy{
		Weights: Weights{
			NewDevice: cmp.Or(w.NewDevice, 20), NewNetwork: cmp.Or(w.NewNetwork, 10),
			ImpossibleTravel: cmp.Or(w.ImpossibleTravel, 50), Failures: cmp.Or(w.Failures, 30),
			Velocity: cmp.Or(w.Velocity, 20), UnusualTime: cmp.Or(w.UnusualTime, 10), Stuffing: cmp.Or(w.Stuffing, 50),
		},
		Failures:   Rate{cmp.Or(p.Failures.Count, 5), cmp.Or(p.Failures.Within, time.Hour)},
		Velocity:   Rate{cmp.Or(p.Velocity.Count, 10), cmp.Or(p.Velocity.Within, 10*time.Minute)},
		Stuffing:   cmp.Or(p.Stuffing, 10),
		Travel:     Travel{cmp.Or(p.Travel.KmPerHour, 900), cmp.Or(p.Travel.MinKm, 500)},
		UsualHours: UsualHours{cmp.Or(p.UsualHours.After, 10), cmp.Or(p.UsualHours.Apart, 3*time.Hour)},
		Levels:     Thresholds{cmp.Or(l.Medium, 30), cmp.Or(l.High, 60), cmp.Or(l.Critical, 90)},
		Responses: Responses{
			cmp.Or(r.Low, Nothing), cmp.Or(r.Medium, Notice), cmp.Or(r.High, StepUp), cmp.Or(r.Critical, Refuse),
		},
	}
}

// Check returns what is wrong with the policy, and the remedy.
func (p Policy) Check() error {
	p = p.withDefaults()
	w := p.Weights
	for _, weight := range []int{w.NewDevice, w.NewNetwork, w.ImpossibleTravel, w.Failures, w.Velocity, w.UnusualTime, w.Stuffing} {
		if weight > 100 {
			return fmt.Errorf("risk: a weight is %d; give it 1 to 100, or a negative number to turn its factor off", weight)
		}
	}
	for _, r := range []Response{p.Responses.Low, p.Responses.Medium, p.Responses.High, p.Responses.Critical} {
		if r != Nothing && r != Notice && r != StepUp && r != Refuse {
			return fmt.Errorf("risk: a response is %q; nothing, notice, step_up and refuse are possible", r)
		}
	}
	switch {
	case p.Failures.Count < 0 || p.Failures.Within < 0 || p.Velocity.Count < 0 || p.Velocity.Within < 0 || p.Stuffing < 0:
		return errors.New("risk: a count or a time is negative; to turn a factor off give it a negative weight")
	case p.Stuffing > MaxFailingAccounts:
		return fmt.Errorf("risk: failing_accounts is %d; more than %d are not counted", p.Stuffing, MaxFailingAccounts)
	case !(p.Travel.KmPerHour > 0 && p.Travel.MinKm > 0): // NaN too
		return errors.New("risk: travel must have a positive km_per_hour and min_km; to turn it off give it a negative weight")
	case p.UsualHours.After < 0 || p.UsualHours.Apart < 0 || p.UsualHours.Apart > 12*time.Hour:
		return errors.New("risk: usual_hours must be learnt after a positive number of sign-ins, at most 12h apart")
	case p.Levels.Medium < 1 || p.Levels.Medium > p.Levels.High || p.Levels.High > p.Levels.Critical:
		return fmt.Errorf("risk: the levels begin at %d, %d and %d; they must ascend from 1 on", p.Levels.Medium, p.Levels.High, p.Levels.Critical)
	}
	return nil
}
