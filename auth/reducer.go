package auth

import (
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// Reducer decides what happens to a user.
type Reducer struct {
	SessionLife time.Duration // from sign-in; with SessionCap, from its last use
	SessionIdle time.Duration // from its last use; 0: no limit
	SessionCap  time.Duration // from sign-in, however much it is used; 0: SessionLife
	MaxSessions int           // of one user; 0: no limit
	StepUpLife  time.Duration // how long a session is of [LevelStrong]

	InsecureAllowCounterRollback bool // see [Options]
}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(u *User, action Action, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case SignIn:
		return r.signIn(u, a, env)
	case FailLogin:
		return u.failLogin(a, env), nil
	case RefreshSession:
		return r.refresh(u, a, env)
	case RevokeSession:
		return u.revoke(a.ID)
	case RevokeOtherSessions:
		return u.revoke(u.sessionsBut(a.Keep)...)
	case TrustDevice:
		return u.trustDevice(a)
	case RevokeDevice:
		return u.revokeDevice(a)
	case GrantRole:
		return u.grantRole(a, env)
	case RevokeRole:
		return u.revokeRole(a, env)
	case ChangeProfile:
		return u.changeProfile(a)
	case ChangeAddress:
		return u.changeAddress(a, env)
	case Erase:
		return u.erase(a, env)
	case LinkIdentity:
		return u.link(a.Identity, env)
	case UnlinkIdentity:
		return u.unlink(a)
	case KeepProviderToken:
		return u.keepToken(a)
	case ProviderTokenDue:
		return u.refreshToken(a)
	case ProviderTokenRefreshed:
		return u.refreshedToken(a)
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
	if reason := u.refusal(a); reason != nil {
		return append(effects, u.refuse(a, reason, env)...), nil
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
		failed := FailLogin{Method: a.Method, Reason: ErrRollback.Code, Circumstances: a.Circumstances, Risk: a.Risk}
		return slices.Concat(effects, ways, u.failLogin(failed, env)), nil
	}
	session, err := r.startSession(u, a, env)
	return slices.Concat(effects, ways, session), err
}

// ways notes what the sign-in says about ways to sign in, and reports whether they may
// be believed.
func (r Reducer) ways(u *User, a SignIn, env store.Env) (effects store.Effects, ok bool, err error) {
	var more store.Effects
	if err := u.linkedStill(a); err != nil {
		return nil, false, err
	}
	if a.Identity != nil {
		effects, err = u.link(*a.Identity, env)
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

func (u *User) changeProfile(a ChangeProfile) (store.Effects, error) {
	if a.Name == u.Name {
		return nil, nil
	}
	return store.Effects{store.Record(ProfileChanged(a))}, nil
}
