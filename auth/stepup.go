package auth

import (
	"context"
	"time"

	"github.com/composable-go/composable/store"
)

// ErrStepUp refuses an action that its owner has to confirm by a passkey. The detail
// action names it.
var ErrStepUp = store.Refuse(store.Forbidden, "step_up_required", "confirm this with your passkey").
	With("required_level", LevelStrong)

// Confirmed is for reducers of actions that need to be confirmed, each time. It returns
// the effect that spends the confirmation with the commit, or [ErrStepUp] when the
// session that the command came with has not confirmed this very command:
//
//	case Transfer:
//		confirmed, err := auth.Confirmed(env, "account.Transfer", a)
//		if err != nil {
//			return nil, err
//		}
//		return store.Effects{confirmed, store.Record(Transferred(a))}, nil
//
// The browser asks for it by the same name, with the same command as its arguments, at
// /auth/step-up/begin. Of many commands that race for one confirmation one is applied;
// the others are refused with [store.ErrRow].
func Confirmed(env store.Env, action string, command any) (store.Effect, error) {
	digest, err := Digest(action, command)
	if err != nil {
		return nil, err
	}
	if env.Actor.Confirmed.Digest != digest {
		return nil, ErrStepUp.With("action", action)
	}
	return store.Take(env.Actor.Confirmed.Kind, env.Actor.Confirmed.Key), nil
}

// confirmationKind is the kind of the row that a confirmed action takes.
const confirmationKind = "confirmation"

// raised is what a step-up has made of a session.
type raised struct {
	Until     time.Time          `json:"until"`
	Confirmed store.Confirmation `json:"confirmed"`
}

// raise adds to the actor what a step-up has, unless it is over. A confirmation that
// was spent is none.
func (a *Auth) raise(ctx context.Context, actor *store.Actor, r *raised) error {
	if r == nil || !time.Now().Before(r.Until) {
		return nil
	}
	actor.Level = LevelStrong
	_, unspent, err := a.rt.Row(ctx, r.Confirmed.Kind, r.Confirmed.Key)
	if unspent {
		actor.Confirmed = r.Confirmed
	}
	return err
}
