package auth

import (
	"time"

	"github.com/composable-go/composable/store"
)

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
	row, err := u.raisedRow(a, session, raised{until, confirmed}, env.Now)
	if err != nil {
		return nil, err
	}
	return append(effects,
		store.Take(sessionKind, session.TokenHash), store.Insert(row),
		store.Insert(store.Row{Kind: confirmed.Kind, Key: confirmed.Key, Owner: u.ID, Data: []byte("{}"), Expires: until}),
		store.Record(
			StepUpCompleted{Session: a.Session, Action: a.Action, Digest: a.Digest, Passkey: a.Passkey.ID, Until: until},
			SessionRefreshed{ID: a.Session, TokenHash: a.TokenHash, ExpiresAt: session.ExpiresAt},
		),
	), nil
}

// raisedRow is the row of a session under its next token.
func (u *User) raisedRow(a StepUp, s Session, r raised, now time.Time) (store.Row, error) {
	return sessionRow{
		ID: a.Session, Claim: a.Claim, Device: s.Device, Name: u.Devices[s.Device].Name, Level: s.Level, Roles: u.Roles,
		Raised: &r, CreatedAt: s.StartedAt, LastSeenAt: now,
	}.row(u.ID, a.TokenHash, s.ExpiresAt)
}
