// Package micros turns times into what the databases keep: microseconds since
// 1970, and 0 for the zero time.
package micros

import "time"

// From returns t in microseconds.
func From(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time is the inverse of [From]; the result is in UTC.
func Time(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
