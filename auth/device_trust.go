package auth

import "time"

// Trust is how well a device is known, by its age and use.
type Trust string

// What a device can be, from little trust to much.
const (
	// TrustNew: not used to sign in on two days yet, or not seen for 90 days. Whoever
	// has just got in by a stolen mail signs in from such a device.
	TrustNew Trust = "new"
	// TrustKnown: used twice or more, a day or more after it was seen first.
	TrustKnown Trust = "known"
	// TrustFull: the user said so; or known, used five times or more, over 30 days or
	// more.
	TrustFull Trust = "trusted"
)

const (
	day       = 24 * time.Hour
	forgotten = 90 * day
)

// Trust returns how well the device is known at a time. It depends on nothing else.
// What the user said holds until the device is revoked.
func (d Device) Trust(now time.Time) Trust {
	age := d.LastSeenAt.Sub(d.FirstSeenAt)
	switch {
	case d.Trusted:
		return TrustFull
	case d.SignIns < 2 || age < day || now.Sub(d.LastSeenAt) > forgotten:
		return TrustNew
	case d.SignIns < 5 || age < 30*day:
		return TrustKnown
	}
	return TrustFull
}
