package auth

import (
	"net/http"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Levels of a session, as [store.Actor] carries them.
const (
	LevelBasic  = 1 // signed in
	LevelStrong = 2 // proved by a passkey that verified its user, lately
)

// ErrLevel refuses what needs a session of a higher level. Its detail required_level
// says of which.
var ErrLevel = store.Refuse(store.Forbidden, "step_up_required", "confirm that it is you to do this")

// CheckLevel is for reducers: it returns [ErrLevel], with the level as its detail, unless
// the actor's session is of that level. Work inside the system, such as a command that
// was dispatched, has no session and is of no level.
//
//	case Refund:
//		if err := auth.CheckLevel(env.Actor, auth.LevelStrong); err != nil {
//			return nil, err
//		}
func CheckLevel(actor store.Actor, level int) error {
	if actor.Level < level {
		return ErrLevel.With("required_level", level)
	}
	return nil
}

// RequireLevel is middleware below [web.Identify]: it refuses anonymous requests with 401
// and those of sessions of a lower level with [ErrLevel], 403.
func RequireLevel(level int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return web.RequireActor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := CheckLevel(store.OriginFrom(r.Context()).Actor, level); err != nil {
				web.Problem(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		}))
	}
}

// raised is what a session has of [LevelStrong].
type raised struct {
	Until     time.Time          `json:"until"`
	Confirmed store.Confirmation `json:"confirmed"`
}

// raisedUntil returns nil for the zero time.
func raisedUntil(t time.Time) *raised {
	if t.IsZero() {
		return nil
	}
	return &raised{Until: t}
}

// level is that of the session at a time.
func (s sessionRow) level(now time.Time) int {
	if s.Raised != nil && now.Before(s.Raised.Until) {
		return LevelStrong
	}
	return s.Level
}
