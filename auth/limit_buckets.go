package auth

import (
	"context"
	"maps"
	"math"
	"sync"
	"time"
)

// buckets count uses in the memory of this node, as [limiter] does in rows.
type buckets struct {
	mu    sync.Mutex
	whole map[string]time.Time // when a key's allowance is whole again; forgotten from then on
	sweep int                  // how many keys are too many to keep those that can be forgotten
}

// spend counts one use under the key, or refuses it.
func (b *buckets) spend(_ context.Context, key string, limit Limit) error {
	const least = 1000
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if len(b.whole) >= max(b.sweep, least) {
		maps.DeleteFunc(b.whole, func(_ string, whole time.Time) bool { return !whole.After(now) })
		b.sweep = 2 * len(b.whole)
	}
	interval := limit.Per / time.Duration(limit.Burst)
	owed := max(b.whole[key].Sub(now), 0) + interval
	if wait := owed - limit.Per; wait > 0 {
		return errRateLimited.With("retry_after", math.Ceil(wait.Seconds()))
	}
	if b.whole == nil {
		b.whole = map[string]time.Time{}
	}
	b.whole[key] = now.Add(owed)
	return nil
}
