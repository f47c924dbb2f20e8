package auth

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// Refusals about sessions.
var (
	// ErrNoSession refuses to end a session that is not there.
	ErrNoSession = store.Refuse(store.NotFound, "not_found", "there is no such session")
	// ErrTokenReplaced refuses to refresh a session by a token that another has followed,
	// though not by a refresh.
	ErrTokenReplaced = store.Refuse(store.Conflict, "token_replaced", "this session has another token by now; use that")
)

func (r Reducer) startSession(u *User, a SignIn, env store.Env) (store.Effects, error) {
	effects, err := r.makeRoom(u, env.Now)
	if err != nil {
		return nil, err
	}
	started := SessionStarted{
		ID: env.NewID(), TokenHash: a.TokenHash, Device: a.Device.ID, Place: a.Device.Place, Method: a.Method, Level: a.Level,
		ExpiresAt: r.ends(env.Now),
	}
	if a.Level >= LevelStrong {
		started.RaisedUntil = env.Now.Add(r.StepUpLife)
	}
	row := sessionRow{
		ID: started.ID, Claim: a.Address.Claim, Device: a.Device.ID, Name: a.Device.Name, Place: a.Device.Place,
		Level: LevelBasic, Raised: raisedUntil(started.RaisedUntil), Roles: u.Roles, CreatedAt: env.Now, LastSeenAt: env.Now,
		Ends: started.ExpiresAt,
	}
	if !a.Proved && !u.EmailVerified {
		row.Claim = "" // the address may be another's, and so may what comes with it
	}
	rows, err := r.insert(row, a.UserID, a.TokenHash, env.Now)
	return slices.Concat(effects, u.seeDevice(a, env), rows, store.Effects{
		store.Record(UserLoggedIn{
			Method: a.Method, Level: a.Level, Session: started.ID, Device: a.Device.ID,
			Circumstances: a.Circumstances, Risk: a.Risk,
		}, started),
	}), err
}

// makeRoom ends the oldest sessions when there are as many as there may be.
func (r Reducer) makeRoom(u *User, now time.Time) (store.Effects, error) {
	live := slices.DeleteFunc(u.sessionsBut(""), func(id string) bool { return !u.Sessions[id].ExpiresAt.After(now) })
	if r.MaxSessions == 0 || len(live) < r.MaxSessions {
		return nil, nil
	}
	return u.revoke(live[:len(live)-r.MaxSessions+1]...)
}

// insert writes the rows of a session under a token.
func (r Reducer) insert(s sessionRow, user, tokenHash string, now time.Time) (store.Effects, error) {
	s.Token = tokenHash
	expires := r.expires(s.Ends, now)
	byToken, err := s.row(user, sessionKind, tokenHash, expires)
	if err != nil {
		return nil, err
	}
	byID, err := s.row(user, sessionIDKind, s.ID, expires)
	return store.Effects{store.Insert(byToken), store.Put(byID)}, err
}

func (r Reducer) refresh(u *User, a RefreshSession, env store.Env) (store.Effects, error) {
	session, ok := u.Sessions[a.ID]
	switch {
	case !ok || !session.ExpiresAt.After(env.Now):
		return nil, ErrNoSession
	case session.TokenHash == a.TokenHash: // another request was faster
		return nil, nil
	case session.TokenHash != a.From:
		return nil, ErrTokenReplaced
	}
	row := u.sessionRow(a.ID, a.Claim, env.Now)
	if row.Raised != nil {
		row.Raised.Confirmed = a.Confirmed
	}
	return r.rotate(u, row, row, a.TokenHash, env.Now)
}

// sessionRow is the row of a session as its user's stream knows it.
func (u *User) sessionRow(id, claim string, now time.Time) sessionRow {
	s := u.Sessions[id]
	return sessionRow{
		ID: id, Token: s.TokenHash, Claim: claim, Device: s.Device, Name: u.Devices[s.Device].Name, Place: s.Place,
		Level: LevelBasic, Raised: raisedUntil(s.RaisedUntil), Roles: u.Roles,
		CreatedAt: s.StartedAt, LastSeenAt: now, Ends: s.ExpiresAt,
	}
}

// rotate gives a session another token. The former one goes on for [formerLife], with
// the session as it was; the one before that ends. Whoever raises the level of a session
// does it with another token, lest somebody who knows the former one is raised with it.
func (r Reducer) rotate(u *User, was, next sessionRow, tokenHash string, now time.Time) (store.Effects, error) {
	former := was.Token
	was.Token = tokenHash
	until := now.Add(formerLife)
	if until.After(was.Ends) {
		until = was.Ends
	}
	kept, err := was.row(u.ID, sessionKind, former, until)
	if err != nil {
		return nil, err
	}
	var effects store.Effects
	if older := u.Sessions[was.ID].Former; older != "" {
		effects = append(effects, store.Drop(sessionKind, older))
	}
	effects = append(effects, store.Take(sessionKind, former), store.Insert(kept)) // not if it has expired
	rows, err := r.insert(next, u.ID, tokenHash, now)
	return append(slices.Concat(effects, rows), store.Record(SessionRefreshed{ID: was.ID, TokenHash: tokenHash})), err
}

func (u *User) revoke(ids ...string) (store.Effects, error) {
	var effects store.Effects
	for _, id := range ids {
		session, ok := u.Sessions[id]
		if !ok {
			return nil, ErrNoSession
		}
		effects = append(effects, store.Drop(sessionKind, session.TokenHash), store.Drop(sessionIDKind, id))
		if session.Former != "" {
			effects = append(effects, store.Drop(sessionKind, session.Former))
		}
		effects = append(effects, store.Record(SessionRevoked{ID: id}))
	}
	return effects, nil
}

// sessionsBut lists the sessions but one, in the order of their start.
func (u *User) sessionsBut(id string) []string {
	others := slices.DeleteFunc(slices.Collect(maps.Keys(u.Sessions)), func(other string) bool { return other == id })
	slices.SortFunc(others, func(a, b string) int {
		return cmp.Or(u.Sessions[a].StartedAt.Compare(u.Sessions[b].StartedAt), cmp.Compare(a, b))
	})
	return others
}
