package auth

import (
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// Levels of a session, as [store.Actor] carries them.
const (
	LevelBasic  = 1 // signed in
	LevelStrong = 2 // proved by a passkey that verified its user, lately
)

// Reducer decides what happens to a user.
type Reducer struct {
	SessionLife time.Duration // from sign-in, however much it is used
	StepUpLife  time.Duration // how long a step-up counts

	InsecureAllowCounterRollback bool // see [Options]
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
		return u.changeProfile(a)
	case ChangeAddress:
		return u.changeAddress(a, env)
	case Erase:
		return u.erase(a, env)
	case AddPasskey:
		return u.addAnotherPasskey(a, env)
	case RenamePasskey:
		return u.renamePasskey(a)
	case RemovePasskey:
		return u.removePasskey(a, env)
	case StepUp:
		return r.stepUp(u, a, env)
	default:
		u.apply(a, env.Now)
		return nil, nil
	}
}

// signIn starts a session for whoever has proved to be the user.
func (r Reducer) signIn(u *User, a SignIn, env store.Env) (store.Effects, error) {
	var effects store.Effects
	for _, proof := range a.Proofs {
		effects = append(effects, store.Take(proof.Kind, proof.Key))
	}
	switch {
	case u.ID == "" && a.Key.Key == "", u.ID != "" && u.Address != a.Address.Text:
		return nil, store.ErrTaken // the address has moved on since the user was looked up
	case u.ID == "":
		effects = append(effects, store.Insert(a.Key), store.Record(UserRegistered{ID: a.UserID, Address: a.Address.Text}))
	}
	if a.Proved && !u.EmailVerified {
		effects = append(effects, store.Claim(a.Address.Claim), store.Record(EmailVerified{Address: a.Address.Text}))
	}
	if a.Name != "" && u.Name == "" {
		effects = append(effects, store.Record(ProfileChanged{Name: a.Name}))
	}
	ways, ok, err := r.ways(u, a, env)
	if err != nil {
		return nil, err
	}
	if !ok {
		failed := LoginFailed{Method: a.Method, Reason: ErrRollback.Code, Circumstances: a.Circumstances, Risk: a.Risk}
		return append(slices.Concat(effects, ways), store.Record(failed)), nil
	}
	session, err := r.startSession(u, a, env)
	return slices.Concat(effects, ways, session), err
}

// ways notes what the sign-in says about ways to sign in, and reports whether they may
// be believed.
func (r Reducer) ways(u *User, a SignIn, env store.Env) (effects store.Effects, ok bool, err error) {
	var more store.Effects
	if a.Identity != nil {
		effects, err = u.link(*a.Identity)
	}
	if err == nil && a.NewKey != nil {
		more, err = u.addPasskey(*a.NewKey)
		effects = append(effects, more...)
	}
	if err != nil || a.Passkey == nil {
		return effects, true, err
	}
	more, ok, err = r.usePasskey(u, *a.Passkey, a.Alert, env)
	return append(effects, more...), ok, err
}

func (r Reducer) startSession(u *User, a SignIn, env store.Env) (store.Effects, error) {
	started := SessionStarted{
		ID: env.NewID(), TokenHash: a.TokenHash, Device: a.Device.ID, Method: a.Method, Level: a.Level,
		ExpiresAt: env.Now.Add(r.SessionLife),
	}
	claim := a.Address.Claim
	if !a.Proved && !u.EmailVerified {
		claim = "" // the address may be another's, and so may what comes with it
	}
	row, err := sessionRow{
		ID: started.ID, Claim: claim, Device: a.Device.ID, Name: a.Device.Name, Level: a.Level, Roles: u.Roles,
		CreatedAt: env.Now, LastSeenAt: env.Now,
	}.row(a.UserID, a.TokenHash, started.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return store.Effects{
		store.Record(DeviceSeen(a.Device)),
		store.Insert(row),
		store.Record(UserLoggedIn{
			Method: a.Method, Level: a.Level, Session: started.ID, Device: a.Device.ID,
			Circumstances: a.Circumstances, Risk: a.Risk,
		}, started),
	}, nil
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

func (u *User) changeProfile(a ChangeProfile) (store.Effects, error) {
	if a.Name == u.Name {
		return nil, nil
	}
	return store.Effects{store.Record(ProfileChanged(a))}, nil
}
