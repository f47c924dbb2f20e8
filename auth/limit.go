package auth

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5/middleware"
)

// Limit allows Burst uses at once, and one more every Per/Burst.
type Limit struct {
	Burst int
	Per   time.Duration
}

// Quota limits routes of one kind, all of them together.
type Quota struct {
	PerAccount Limit // of one user who is signed in, or is about to be
	PerNetwork Limit // of one IPv4 address or IPv6 /64
	Global     Limit // of everybody
}

// Limits protect the way in; which route counts against which Quota is the table
// in limit_routes.go. All but those of Read are kept in the database: all nodes
// share them and a restart does not forget them. Whatever is zero has its default.
type Limits struct {
	PerAddress Limit // mails asked for one address; 5 in 15 minutes
	Mail       Quota // routes that mail something; 20, 50 and 3000 in 15 minutes
	Proof      Quota // routes that begin or check a proof of who is there; 60, 300 and 10 000 in 15 minutes
	Change     Quota // routes that change something of one's own; 120, 600 and 30 000 in 15 minutes

	// Read limits routes that change nothing, in the memory of each node, as to
	// write for each read would cost more than the read: 600, 3000 and 60 000 in a
	// minute.
	Read Quota
}

func (l Limits) withDefaults() Limits {
	const quarter = 15 * time.Minute
	return Limits{
		PerAddress: cmp.Or(l.PerAddress, Limit{5, quarter}),
		Mail:       l.Mail.or(Quota{Limit{20, quarter}, Limit{50, quarter}, Limit{3000, quarter}}),
		Proof:      l.Proof.or(Quota{Limit{60, quarter}, Limit{300, quarter}, Limit{10_000, quarter}}),
		Change:     l.Change.or(Quota{Limit{120, quarter}, Limit{600, quarter}, Limit{30_000, quarter}}),
		Read:       l.Read.or(Quota{Limit{600, time.Minute}, Limit{3000, time.Minute}, Limit{60_000, time.Minute}}),
	}
}

func (q Quota) or(defaults Quota) Quota {
	return Quota{
		cmp.Or(q.PerAccount, defaults.PerAccount), cmp.Or(q.PerNetwork, defaults.PerNetwork), cmp.Or(q.Global, defaults.Global),
	}
}

func (l Limits) check() error {
	limits := []Limit{l.PerAddress}
	for _, q := range []Quota{l.Mail, l.Proof, l.Change, l.Read} {
		limits = append(limits, q.PerAccount, q.PerNetwork, q.Global)
	}
	for _, limit := range limits {
		if limit.Burst < 1 || limit.Per < time.Duration(limit.Burst) {
			return errors.New("Options.Limits has a limit without Burst or Per; set both, or neither for the default")
		}
	}
	return nil
}

// network is what one client has to itself: an IPv4 address, or the /64 that
// IPv6 hosts choose their addresses from. Clients of unknown address share one.
func network(r *http.Request) string {
	address := middleware.GetClientIPAddr(r.Context())
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}
