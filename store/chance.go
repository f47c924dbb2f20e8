package store

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// chance is where ids and random pauses come from: the system, or in a simulation
// the one source that makes it repeatable.
type chance struct{ source *rand.Rand }

func (c chance) newID() string {
	if c.source == nil {
		return uuid.NewString()
	}
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], c.source.Uint64())
	binary.BigEndian.PutUint64(id[8:], c.source.Uint64())
	return id.String()
}

// upTo returns a duration between 0 and most.
func (c chance) upTo(most time.Duration) time.Duration {
	if c.source == nil {
		return rand.N(most + 1)
	}
	return time.Duration(c.source.Int64N(int64(most) + 1))
}
