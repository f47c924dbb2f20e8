package eventlog

import "time"

// Row is a value with an expiry, kept outside the permanent log: a session, a
// single-use token, a rate limit. (Kind, Key) identifies it.
type Row struct {
	Kind, Key string
	Owner     string // whose rows these are, for listing; may be empty
	Data      []byte
	Expires   time.Time // zero: never. An expired row does not exist any more.
	Revision  int64     // 1 when first written, one more with every change
}

// RowChange puts or deletes one row, if its precondition holds.
type RowChange struct {
	Row    Row // Revision is ignored
	Delete bool
	Expect Expect
}

// Expect is the precondition of a [RowChange]: a positive number demands that
// very revision. When it does not hold the append fails with a [*RowError].
type Expect int64

// Preconditions that do not name a revision.
const (
	Any     Expect = 0  // put or delete whatever is there
	Absent  Expect = -1 // no live row
	Present Expect = -2 // a live row, whatever its revision
)

// Met reports whether a row at revision (0: absent or expired) satisfies e.
func (e Expect) Met(revision int64) bool {
	switch e {
	case Any:
		return true
	case Absent:
		return revision == 0
	case Present:
		return revision > 0
	}
	return revision == int64(e)
}
