package auth

import "time"

const (
	// formerLife is how long the token that another one has followed goes on, for
	// requests under way.
	formerLife = 30 * time.Second

	// longestSeenStep is how old the time of a session's last use may be before it is
	// written again, so that reading does not mean writing.
	longestSeenStep = 5 * time.Minute
)

// ends returns when a session ends however much it is used.
func (r Reducer) ends(started time.Time) time.Time {
	if r.SessionCap > 0 {
		return started.Add(r.SessionCap)
	}
	return started.Add(r.SessionLife)
}

// expires returns when a session ends that is not used any more.
func (r Reducer) expires(ends, lastUse time.Time) time.Time {
	for _, unused := range []time.Duration{r.SessionIdle, r.slides()} {
		if expires := lastUse.Add(unused); unused > 0 && expires.Before(ends) {
			ends = expires
		}
	}
	return ends
}

// slides is how long a session lasts from its last use on, 0 when its life is counted
// from its start.
func (r Reducer) slides() time.Duration {
	if r.SessionCap > 0 {
		return r.SessionLife
	}
	return 0
}

// seenStep is how old the time of the last use may be: little against what it decides.
func (r Reducer) seenStep() time.Duration {
	step := longestSeenStep
	for _, unused := range []time.Duration{r.SessionIdle, r.slides()} {
		if unused > 0 {
			step = min(step, unused/10)
		}
	}
	return step
}
