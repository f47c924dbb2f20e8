package auth

import (
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// User is the fold of a user's stream.
type User struct {
	ID            string
	Email         string // normalised; claimed by this user
	EmailVerified bool
	Name          string
	RegisteredAt  time.Time
	Sessions      map[string]Session // by id; those that have expired go when another starts
}

// Session is what a user's stream knows of a session.
type Session struct {
	TokenHash string
	ExpiresAt time.Time
}

// Reducer decides what happens to a user.
type Reducer struct {
	SessionLife time.Duration // from sign-in, however much it is used
}

// ErrNoSession refuses to end a session that is not there.
var ErrNoSession = store.Refuse(store.NotFound, "not_found", "there is no such session")

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(u *User, action Action, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case SignIn:
		return r.signIn(u, a, env)
	case RevokeSession:
		return u.revoke(a.ID)
	case RevokeOtherSessions:
		return u.revoke(u.sessionsBut(a.Keep)...)
	case ChangeProfile:
		if a.Name == u.Name {
			return nil, nil
		}
		return store.Effects{store.Record(ProfileChanged(a))}, nil
	default:
		u.apply(a, env.Now)
		return nil, nil
	}
}

func (r Reducer) signIn(u *User, a SignIn, env store.Env) (store.Effects, error) {
	effects := store.Effects{store.Take(a.Proof.Kind, a.Proof.Key)}
	switch u.Email {
	case a.Email:
	case "":
		effects = append(effects, store.Claim(claim(a.Email)), store.Record(UserRegistered{ID: a.UserID, Email: a.Email}))
	default: // the address has moved on to another user
		return nil, store.ErrTaken
	}
	if !u.EmailVerified {
		effects = append(effects, store.Record(EmailVerified{Email: a.Email}))
	}
	started := SessionStarted{ID: env.NewID(), TokenHash: a.TokenHash, Device: a.Device, ExpiresAt: env.Now.Add(r.SessionLife)}
	row, err := started.row(a, env.Now)
	if err != nil {
		return nil, err
	}
	return append(effects, store.Insert(row), store.Record(UserLoggedIn{Method: a.Method}, started)), nil
}

func (u *User) revoke(ids ...string) (store.Effects, error) {
	var effects store.Effects
	for _, id := range ids {
		session, ok := u.Sessions[id]
		if !ok {
			return nil, ErrNoSession
		}
		effects = append(effects, store.Drop(sessionKind, session.TokenHash), store.Record(SessionRevoked{ID: id}))
	}
	return effects, nil
}

func (u *User) sessionsBut(id string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(u.Sessions)), func(other string) bool { return other == id })
}

func (u *User) apply(event Action, now time.Time) {
	switch e := event.(type) {
	case UserRegistered:
		u.ID, u.Email, u.RegisteredAt = e.ID, e.Email, now
	case EmailVerified:
		u.EmailVerified = true
	case SessionStarted:
		u.start(e, now)
	case SessionRevoked:
		delete(u.Sessions, e.ID)
	case ProfileChanged:
		u.Name = e.Name
	}
}

func (u *User) start(e SessionStarted, now time.Time) {
	if u.Sessions == nil {
		u.Sessions = map[string]Session{}
	}
	maps.DeleteFunc(u.Sessions, func(_ string, s Session) bool { return !s.ExpiresAt.After(now) })
	u.Sessions[e.ID] = Session{TokenHash: e.TokenHash, ExpiresAt: e.ExpiresAt}
}

// claim is the unique name that makes an address belong to one user.
func claim(address string) string { return "email:" + address }
