package auth

import (
	"context"
	"time"

	"github.com/composable-go/composable/store"
)

// Confirmed is for reducers of actions that need to be confirmed, each time. It returns
// the effect that spends the confirmation with the commit, or [ErrLevel] when the
// session that the command came with has not confirmed this very command. The
// refusal's detail action says what is to be confirmed:
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
		return nil, ErrLevel.With("required_level", LevelStrong).With("action", action)
	}
	return store.Take(env.Actor.Confirmed.Kind, env.Actor.Confirmed.Key), nil
}

// confirmationKind is the kind of the row that a confirmed action takes.
const confirmationKind = "confirmation"

// confirmed is what a session has confirmed lately, unless it was spent.
func (a *Auth) confirmed(ctx context.Context, r *raised, now time.Time) (store.Confirmation, error) {
	if r == nil || r.Confirmed.Digest == "" || !now.Before(r.Until) {
		return store.Confirmation{}, nil
	}
	_, unspent, err := a.rt.Row(ctx, r.Confirmed.Kind, r.Confirmed.Key)
	if err != nil || !unspent {
		return store.Confirmation{}, err
	}
	return r.Confirmed, nil
}
