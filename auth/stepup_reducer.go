package auth

import "github.com/composable-go/composable/store"

// stepUp raises a session for a while, and gives it another token: whoever knows the
// old one does not share in what was confirmed.
func (r Reducer) stepUp(u *User, a StepUp, env store.Env) (store.Effects, error) {
	session, ok := u.Sessions[a.Session]
	if !ok || !session.ExpiresAt.After(env.Now) {
		return nil, ErrNoSession
	}
	use, believed, err := r.usePasskey(u, a.Passkey, a.Alert, env)
	if err != nil {
		return nil, err
	}
	effects := append(store.Effects{store.Take(a.Proof.Kind, a.Proof.Key)}, use...)
	if !believed {
		return effects, nil
	}
	until := env.Now.Add(r.StepUpLife)
	confirmed := store.Confirmation{Digest: a.Digest, Kind: confirmationKind, Key: a.Proof.Key}
	was := u.sessionRow(a.Session, a.Claim, env.Now)
	next := was
	next.Raised = &raised{until, confirmed}
	rotated, err := r.rotate(u, was, next, a.TokenHash, env.Now)
	if err != nil {
		return nil, err
	}
	effects = append(effects,
		store.Record(StepUpCompleted{Session: a.Session, Action: a.Action, Digest: a.Digest, Passkey: a.Passkey.ID, Until: until}),
		store.Insert(store.Row{Kind: confirmed.Kind, Key: confirmed.Key, Owner: u.ID, Data: []byte("{}"), Expires: until}),
	)
	return append(effects, rotated...), nil
}
