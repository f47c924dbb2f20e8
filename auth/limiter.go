package auth

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/composable-go/composable/store"
)

var errRateLimited = store.Refuse(store.RateLimited, "rate_limited", "too many attempts; wait a while and try again")

// limiter counts uses in rows. Of one subject's uses, those that come while the
// former are being written are counted together, so that a crowd behind one
// address costs few commits and no lost races within the process.
type limiter struct {
	rt *store.Runtime

	mu      sync.Mutex
	waiting map[string][]chan<- error // by key, which is there while somebody counts
}

// spend counts one use under the key, or refuses it.
func (l *limiter) spend(ctx context.Context, key string, limit Limit) error {
	answer := make(chan error, 1)
	l.mu.Lock()
	waiting, counted := l.waiting[key]
	l.waiting[key] = append(waiting, answer)
	l.mu.Unlock()
	if !counted {
		go l.count(key, limit)
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return store.ErrTimeout.Because(ctx.Err())
	}
}

// count answers those who wait until nobody does.
func (l *limiter) count(key string, limit Limit) {
	for {
		l.mu.Lock()
		waiting := l.waiting[key]
		l.waiting[key] = nil
		if len(waiting) == 0 {
			delete(l.waiting, key)
		}
		l.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		admitted, err := l.admit(key, len(waiting), limit)
		for i, answer := range waiting {
			if i < admitted {
				answer <- nil
			} else {
				answer <- err
			}
		}
	}
}

// admit writes down as many of n uses as the limit allows; the error is for the
// others. It is the generic cell rate algorithm: all there is to remember is when
// the allowance will be whole again, and that is when the row expires.
func (l *limiter) admit(key string, n int, limit Limit) (admitted int, refused error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	interval := limit.Per / time.Duration(limit.Burst)
	for { // a lost race means that another node admitted somebody, so it ends with the allowance at the latest
		row, _, err := l.rt.Row(ctx, "rate_limit", key)
		if err != nil {
			return 0, err
		}
		now := time.Now().UTC()
		owed := max(row.Expires.Sub(now), 0)
		admitted = min(n, int((limit.Per-owed)/interval))
		owed += time.Duration(admitted) * interval
		wait := owed + interval - limit.Per // of who comes next
		refused = errRateLimited.With("retry_after", math.Ceil(wait.Seconds()))
		if admitted <= 0 {
			return 0, refused
		}
		next := store.Row{Kind: "rate_limit", Key: key, Data: []byte("{}"), Expires: now.Add(owed), Revision: row.Revision}
		err = l.rt.Change(ctx, store.Replace(next))
		if err == nil {
			return admitted, refused
		}
		if !errors.Is(err, store.ErrRow) {
			return 0, err
		}
	}
}
