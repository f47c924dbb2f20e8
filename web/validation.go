package web

import (
	"fmt"

	"github.com/composable-go/composable/store"
)

// Validation collects what is wrong with the fields of an input. The zero value
// is ready.
type Validation struct{ refusal *store.Refusal }

// Check notes the message for the field unless ok. The first message of a field
// stays.
func (v *Validation) Check(ok bool, field, format string, args ...any) {
	if ok {
		return
	}
	if v.refusal == nil {
		v.refusal = ErrInvalid
	}
	if _, noted := v.refusal.Fields[field]; !noted {
		v.refusal = v.refusal.WithField(field, fmt.Sprintf(format, args...))
	}
}

// Err returns nil when every check passed, else one 422 refusal with all fields.
func (v *Validation) Err() error {
	if v.refusal == nil {
		return nil
	}
	return v.refusal
}
