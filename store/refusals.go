package store

import (
	"errors"
	"maps"
	"slices"
)

// RefusalCodes lists the codes, in order, of what [Store.Send] may be refused with:
// the engine's, the feature's, and its children's.
func (c *Codec[A]) RefusalCodes() []string { return slices.Sorted(maps.Keys(c.codes)) }

// RefusalCodes lists the codes, in order, of what any of the stores may refuse.
func (rt *Runtime) RefusalCodes() []string { return slices.Sorted(maps.Keys(rt.codes)) }

// engineCodes is the codes of the engine's refusals, and that of a plain error.
func engineCodes() map[string]bool {
	codes := map[string]bool{}
	for _, r := range []*Refusal{
		ErrConflict, ErrMismatch, ErrTaken, ErrRow, ErrOverloaded, ErrUnavailable, ErrTimeout, ErrUnknownAction,
		ErrBadAction, ErrInternal, ErrTooLarge, ErrStreamClosed, ErrNotFound, ErrForbidden, AsRefusal(errors.ErrUnsupported),
	} {
		codes[r.Code] = true
	}
	return codes
}
