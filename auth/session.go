package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

// A session is two rows that its user owns and that hold the same.
const (
	sessionKind   = "session"    // by the hash of its token, by which requests find it
	sessionIDKind = "session_id" // by its id, by which everything else does
)

// sessionRow is the data of both. For a while there is a third row, under the token that
// today's has followed; it holds the session as it was then, but names today's token.
type sessionRow struct {
	ID         string        `json:"id"`
	Token      string        `json:"token"` // the hash of today's
	Claim      string        `json:"claim"` // of the user's address, to know the admins by
	Device     string        `json:"device"`
	Name       personal.Text `json:"name"`  // of the device
	Place      personal.Text `json:"place"` // where it began
	Level      int           `json:"level"`
	Roles      []string      `json:"roles,omitempty"` // that were granted
	Raised     *raised       `json:"raised,omitempty"`
	CreatedAt  time.Time     `json:"created_at"`
	LastSeenAt time.Time     `json:"last_seen_at"`
	Ends       time.Time     `json:"ends"` // however much it is used
}

// row is one of the session's rows.
func (s sessionRow) row(user, kind, key string, expires time.Time) (store.Row, error) {
	data, err := json.Marshal(s)
	return store.Row{Kind: kind, Key: key, Owner: user, Data: data, Expires: expires}, err
}

func readSession(row store.Row) (s sessionRow, err error) {
	if err = json.Unmarshal(row.Data, &s); err != nil {
		err = fmt.Errorf("auth: the row of a session is malformed: %w", err)
	}
	return s, err
}

// findSession reads one of a session's rows. One that is not there is [ErrBadToken].
func (a *Auth) findSession(ctx context.Context, kind, key string) (row store.Row, s parsed, err error) {
	row, ok, err := a.rt.Row(ctx, kind, key)
	if err == nil && !ok {
		err = ErrBadToken
	}
	if err == nil {
		s, err = a.parse(row)
	}
	return row, s, err
}

// ErrBadToken refuses a bearer token that belongs to no session.
var ErrBadToken = store.Refuse(store.Unauthenticated, "unauthenticated", "this session has ended; sign in again")

// Authenticate is a [web.Authenticate]: it finds the session of a request by its
// bearer token or its cookie; the former counts when there are both. A cookie
// that is out of date is nobody's; a bearer token that is out of date is
// [ErrBadToken]. When the database cannot be asked the error is
// [store.ErrUnavailable]: nobody is taken for anonymous by mistake.
func (a *Auth) Authenticate(r *http.Request) (store.Actor, error) {
	token, bearer := a.credentials(r)
	if token == "" && !bearer {
		return store.Actor{}, nil
	}
	row, session, err := a.findSession(r.Context(), sessionKind, hash(token))
	if errors.Is(err, ErrBadToken) && !bearer {
		return store.Actor{}, nil
	}
	if err != nil {
		return store.Actor{}, err
	}
	return a.actor(r.Context(), row, session)
}

// CheckSession returns the actor as they are by now, with the roles and the level of
// their session, and [ErrBadToken] once the session was revoked, on whichever node, or
// has expired. It costs one look-up, for those who act on behalf of a session long after
// its token was seen: a web socket. When the database cannot be asked the error is
// [store.ErrUnavailable].
func (a *Auth) CheckSession(ctx context.Context, actor store.Actor) (store.Actor, error) {
	row, session, err := a.findSession(ctx, sessionIDKind, actor.Session)
	if err == nil && row.Owner != actor.ID {
		err = ErrBadToken
	}
	if err != nil {
		return store.Actor{}, err
	}
	return a.actor(ctx, row, session)
}

// actor is who acts in a session, which is noted as a use of it.
func (a *Auth) actor(ctx context.Context, row store.Row, s parsed) (store.Actor, error) {
	now := time.Now()
	a.seen(ctx, s.sessionRow, now)
	confirmed, err := a.confirmed(ctx, s.Raised, now)
	return store.Actor{
		ID: row.Owner, Roles: s.roles, Session: s.ID, SessionEnds: a.sessions.expires(s.Ends, s.LastSeenAt),
		Level: s.level(now), Confirmed: confirmed,
	}, err
}

// seen moves the end of a session that is used. It gives way to whoever changes the
// rows at the same time, who may be ending the session.
func (a *Auth) seen(ctx context.Context, s sessionRow, now time.Time) {
	if now.Sub(s.LastSeenAt) < a.sessions.seenStep() {
		return
	}
	err := a.touch(ctx, s, now.UTC())
	if err != nil && !errors.Is(err, store.ErrRow) && !errors.Is(err, ErrBadToken) {
		a.options.Logger.WarnContext(ctx, "the last use of a session was not noted", "session", s.ID, "error", err)
	}
}

func (a *Auth) touch(ctx context.Context, s sessionRow, now time.Time) error {
	var changes []store.RowEffect
	for kind, key := range map[string]string{sessionKind: s.Token, sessionIDKind: s.ID} {
		row, session, err := a.findSession(ctx, kind, key)
		if err != nil {
			return err
		}
		session.LastSeenAt = now
		seen, err := session.row(row.Owner, kind, key, a.sessions.expires(session.Ends, now))
		if err != nil {
			return err
		}
		seen.Revision = row.Revision
		changes = append(changes, store.Replace(seen))
	}
	return a.rt.Change(ctx, changes...)
}

// roles of a user: those that were granted, and those that come with the address.
func (a *Auth) roles(claim string, granted []string) []string {
	roles := append([]string{RoleCustomer}, granted...)
	if slices.Contains(a.admins, claim) && !slices.Contains(roles, RoleAdmin) {
		roles = append(roles, RoleAdmin)
	}
	return roles
}
