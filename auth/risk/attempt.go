package risk

import "time"

// What [Attempt].FailingAccounts counts: for how long, and up to how many.
const (
	FailingWithin      = time.Hour
	MaxFailingAccounts = 100
)

// Attempt is one try to sign in to an account, as its event tells it. Names are
// only compared; "" means that something is not known.
type Attempt struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method,omitempty"` // "magic_link"
	OK      bool      `json:"ok"`
	Device  string    `json:"device,omitempty"`  // by which the device is recognised
	Agent   string    `json:"agent,omitempty"`   // for people: "Firefox on Linux"
	Network string    `json:"network,omitempty"` // "192.0.2.1/32"
	Place   *Place    `json:"place,omitempty"`   // nil when it is not known

	// FailingAccounts counts the accounts, known or not, on which sign-ins from this
	// network had failed within [FailingWithin] before, up to [MaxFailingAccounts].
	FailingAccounts int `json:"failing_accounts,omitempty"`
}

// past is what of an account's history an attempt is compared with.
type past struct {
	all       []Attempt
	succeeded []Attempt
}

func remember(history []Attempt) past {
	p := past{all: history}
	for _, a := range history {
		if a.OK {
			p.succeeded = append(p.succeeded, a)
		}
	}
	return p
}

// count returns how many attempts of the time before are such.
func (p past) count(before time.Time, within time.Duration, such func(Attempt) bool) (n int) {
	for _, a := range p.all {
		if before.Sub(a.At) < within && such(a) {
			n++
		}
	}
	return n
}
