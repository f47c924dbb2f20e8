package store

import (
	"errors"
	"fmt"
	"maps"
)

// Kind sorts refusals by what the caller can do about them. Each edge maps
// kinds to its own codes: web to HTTP statuses, ws to error frames.
type Kind int

// Kinds. The zero value is a domain refusal that names no better kind.
const (
	BadRequest Kind = iota
	Unauthenticated
	PaymentRequired
	Forbidden
	NotFound
	Conflict
	PreconditionFailed
	Gone
	TooLarge
	UnsupportedMediaType
	Invalid
	RateLimited
	Internal
	Unavailable
	Timeout
)

// Refusal is the one error type that reaches callers: a domain's no, or the
// engine's. Two refusals are the same error for errors.Is when their codes are
// equal. A Refusal is never changed; its methods return changed copies.
type Refusal struct {
	Kind    Kind              `json:"kind"`
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields,omitempty"`  // what is wrong, by input field
	Details map[string]any    `json:"details,omitempty"` // facts the caller can act on

	cause error
}

// Refuse makes a refusal; the message is for people.
func Refuse(kind Kind, code, format string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error implements error.
func (r *Refusal) Error() string { return r.Message }

// Is reports whether target is a refusal with the same code.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code
}

// Unwrap returns the cause, which is for logs and never shown to a caller.
func (r *Refusal) Unwrap() error { return r.cause }

// With returns a copy that carries one more detail.
func (r *Refusal) With(name string, value any) *Refusal {
	c := *r
	c.Details = maps.Clone(c.Details)
	if c.Details == nil {
		c.Details = map[string]any{}
	}
	c.Details[name] = value
	return &c
}

// WithField returns a copy that says what is wrong with one input field.
func (r *Refusal) WithField(field, message string) *Refusal {
	c := *r
	c.Fields = maps.Clone(c.Fields)
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	c.Fields[field] = message
	return &c
}

// Because returns a copy that wraps a cause.
func (r *Refusal) Because(cause error) *Refusal {
	c := *r
	c.cause = cause
	return &c
}

// Refusals of the engine.
var (
	ErrConflict      = Refuse(Conflict, "conflict", "somebody else changed this at the same time; load it again and retry")
	ErrMismatch      = Refuse(Conflict, "idempotency_mismatch", "this idempotency key was used for another request")
	ErrTaken         = Refuse(Conflict, "already_exists", "this name is taken")
	ErrRow           = Refuse(Conflict, "row_conflict", "this was used, changed or has expired in the meantime")
	ErrOverloaded    = Refuse(Unavailable, "overloaded", "too many actions are waiting; try again shortly")
	ErrUnavailable   = Refuse(Unavailable, "unavailable", "the service cannot do this right now; try again shortly")
	ErrTimeout       = Refuse(Timeout, "timeout", "the outcome did not arrive in time")
	ErrUnknownAction = Refuse(BadRequest, "unknown_action", "this action does not exist")
	ErrBadAction     = Refuse(BadRequest, "bad_request", "the action is malformed")
	ErrInternal      = Refuse(Internal, "internal", "something went wrong on our side")
	ErrTooLarge      = Refuse(TooLarge, "too_large", "this is larger than can be kept")
	ErrStreamClosed  = Refuse(Gone, "closed", "this is closed and takes nothing more")
	ErrNotFound      = Refuse(NotFound, "not_found", "this does not exist")
	ErrForbidden     = Refuse(Forbidden, "forbidden", "you may not do this")
)

// AsRefusal returns err as the refusal a caller may see. A plain error of a
// reducer becomes a BadRequest with its text.
func AsRefusal(err error) *Refusal {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r
	}
	return Refuse(BadRequest, "refused", "%s", err.Error()).Because(err)
}
