package auth

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/composable-go/composable/store"
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

var errRateLimited = store.Refuse(store.RateLimited, "rate_limited", "too many attempts; wait a while and try again")

// spend counts one use by subject. It is the generic cell rate algorithm: all it
// has to remember is when the allowance will be whole again, and that is the
// moment the row expires.
func (a *Auth) spend(ctx context.Context, name, subject string, limit Limit) error {
	key := name + ":" + hash(subject)
	interval := limit.Per / time.Duration(limit.Burst)
	for { // a lost race means that somebody else spent, so it ends at the latest with the allowance
		row, _, err := a.rt.Row(ctx, "rate_limit", key)
		if err != nil {
			return err
		}
		now := time.Now().UTC()
		whole := row.Expires
		if whole.Before(now) {
			whole = now
		}
		whole = whole.Add(interval)
		if wait := whole.Sub(now) - limit.Per; wait > 0 {
			return errRateLimited.With("retry_after", math.Ceil(wait.Seconds()))
		}
		next := store.Row{Kind: "rate_limit", Key: key, Data: []byte("{}"), Expires: whole, Revision: row.Revision}
		if err := a.rt.Change(ctx, store.Replace(next)); !errors.Is(err, store.ErrRow) {
			return err
		}
	}
}

// network is what one client has to itself: an IPv4 address, or the /64 that
// IPv6 hosts choose their addresses from. Clients of unknown address share one.
func network(r *http.Request) string {
	address := middleware.GetClientIPAddr(r.Context()).Unmap()
	prefix, err := address.Prefix(min(address.BitLen(), 64))
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}
