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

// Limits protect the way in. They are kept in the database: all nodes share them
// and a restart does not forget them.
type Limits struct {
	SendPerAddress   Limit // links asked for one address; 5 in 15 minutes when zero
	SendPerNetwork   Limit // links asked for by one network; 50 in 15 minutes when zero
	VerifyPerNetwork Limit // links used by one network, rightly or not; 100 in 15 minutes when zero
}

func (l Limits) withDefaults() Limits {
	return Limits{
		SendPerAddress:   cmp.Or(l.SendPerAddress, Limit{5, 15 * time.Minute}),
		SendPerNetwork:   cmp.Or(l.SendPerNetwork, Limit{50, 15 * time.Minute}),
		VerifyPerNetwork: cmp.Or(l.VerifyPerNetwork, Limit{100, 15 * time.Minute}),
	}
}

func (l Limits) check() error {
	for _, limit := range []Limit{l.SendPerAddress, l.SendPerNetwork, l.VerifyPerNetwork} {
		if limit.Burst < 1 || limit.Per <= 0 {
			return errors.New("Options.Limits has a limit without Burst or Per; set both, or neither for the default")
		}
	}
	return nil
}

// network is what one client has to itself: an IPv4 address, or the /64 that
// IPv6 hosts choose their addresses from. Clients of unknown address share one.
func network(r *http.Request) string {
	address := middleware.GetClientIPAddr(r.Context())
	prefix, err := address.Prefix(min(address.BitLen(), 64))
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}
