package store

import (
	cryptorand "crypto/rand"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// chance is where ids and random pauses come from: the system, or in a simulation
// the one source that makes it repeatable.
type chance struct{ source *rand.Rand }

func (c chance) newID() string {
	var id uuid.UUID
	if c.source == nil {
		_, _ = cryptorand.Read(id[:]) // it does not fail
		id[6] = id[6]&0x0f | 0x40     // version 4
		id[8] = id[8]&0x3f | 0x80     // variant of RFC 9562
		return id.String()
	}
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
