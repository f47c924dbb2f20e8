package event

import (
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// Reducer is the logic of an event.
type Reducer struct{}

// Refusals.
var (
	ErrExists     = store.Refuse(store.Conflict, "already_exists", "this event exists already")
	ErrNotFound   = store.Refuse(store.NotFound, "not_found", "there is no such event")
	ErrSignIn     = store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
	ErrTransition = store.Refuse(store.Conflict, "invalid_transition", "the event is not in a state that allows this")
	ErrTooLate    = store.Refuse(store.Forbidden, "forbidden", "less than 24 hours before the start only an admin may cancel")
)

// adminOnly is how long before the start its owner may no longer cancel.
const adminOnly = 24 * time.Hour

const completion = "completion" // the timer

// Reduce implements [store.Reducer].
func (Reducer) Reduce(e *Event, action Action, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Create:
		return e.create(a, env)
	case Complete:
		return e.complete(env.Now), nil
	case Edit, Publish, OpenSales, CloseSales, Cancel, Delete:
		return e.manage(action, env)
	}
	return e.apply(action), nil
}

func (e *Event) create(a Create, env store.Env) (store.Effects, error) {
	if env.Actor.ID == "" {
		return nil, ErrSignIn
	}
	if e.Status != "" {
		return nil, ErrExists
	}
	details := a.normalised()
	if err := details.validate(env.Now); err != nil {
		return nil, err
	}
	return store.Effects{store.Record(EventCreated{a.ID, env.Actor.ID, env.Now, details})}, nil
}

// manage is what owner and admins do.
func (e *Event) manage(action Action, env store.Env) (store.Effects, error) {
	if !e.Visible(env.Actor) {
		return nil, ErrNotFound
	}
	if !e.MayManage(env.Actor) {
		return nil, store.ErrForbidden
	}
	switch a := action.(type) {
	case Edit:
		return e.edit(a, env.Now)
	case Publish:
		if err := e.validate(env.Now); err != nil && e.Status == Draft {
			return nil, err
		}
		return e.move(EventPublished{}, Draft)
	case OpenSales:
		return e.move(SalesOpened{}, Published, SalesClosed)
	case CloseSales:
		return e.move(SalesEnded{}, SalesOpen)
	case Delete:
		return e.move(EventDeleted{}, Draft)
	case Cancel:
		if e.Status != Draft && e.StartsAt.Sub(env.Now) < adminOnly && !env.Actor.Has("admin") {
			return nil, ErrTooLate
		}
		if err := validateReason(a.Reason); err != nil {
			return nil, err
		}
		return e.move(EventCancelled(a), Draft, Published, SalesOpen, SalesClosed)
	}
	return nil, nil
}

func (e *Event) move(event Action, from ...Status) (store.Effects, error) {
	if !slices.Contains(from, e.Status) {
		return nil, ErrTransition.With("status", e.Status)
	}
	return store.Effects{store.Record(event)}, nil
}

// complete does nothing when the end was put off after the timer had fired.
func (e *Event) complete(now time.Time) store.Effects {
	if !e.public() || now.Before(e.EndsAt) {
		return nil
	}
	return store.Effects{store.Record(EventCompleted{})}
}

func (e *Event) public() bool {
	return e.Status == Published || e.Status == SalesOpen || e.Status == SalesClosed
}

func (e *Event) apply(event Action) store.Effects {
	e.Revision++
	switch a := event.(type) {
	case EventCreated:
		e.Details, e.ID, e.OwnerID, e.Status, e.CreatedAt = a.Details, a.ID, a.OwnerID, Draft, a.At
		return nil
	case EventEdited:
		e.Details = a.Details
		if e.Status == Draft {
			return nil
		}
		return append(e.tellInventories(), e.timer())
	case EventPublished:
		e.Status = Published
		return append(e.tellInventories(), e.timer())
	case SalesOpened:
		e.Status = SalesOpen
	case SalesEnded:
		e.Status = SalesClosed
	case EventCompleted:
		e.Status = Completed
	case EventDeleted:
		e.Status = Deleted
		return nil
	case EventCancelled:
		return e.cancelled(a.Reason)
	}
	return e.tellInventories()
}

func (e *Event) cancelled(reason string) store.Effects {
	wasDraft := e.Status == Draft
	e.Status, e.Reason = Cancelled, reason
	if wasDraft {
		return nil // nobody was told of it
	}
	return append(e.tellInventories(), store.Cancel(completion))
}

func (e *Event) timer() store.Effect { return store.At(completion, e.EndsAt, Complete{}) }
