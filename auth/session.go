package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

const sessionKind = "session"

// sessionRow is the data of a session's row, which the user owns and whose key is
// the hash of the token.
type sessionRow struct {
	ID         string        `json:"id"`
	Claim      string        `json:"claim"` // of the user's address, to know the admins by
	Device     string        `json:"device"`
	Name       personal.Text `json:"name"` // of the device
	Level      int           `json:"level"`
	Roles      []string      `json:"roles,omitempty"`  // that were granted
	Raised     *raised       `json:"raised,omitempty"` // by a step-up
	CreatedAt  time.Time     `json:"created_at"`
	LastSeenAt time.Time     `json:"last_seen_at"`
}

func (s sessionRow) row(user, tokenHash string, expires time.Time) (store.Row, error) {
	data, err := json.Marshal(s)
	return store.Row{Kind: sessionKind, Key: tokenHash, Owner: user, Data: data, Expires: expires}, err
}

func readSession(row store.Row) (s sessionRow, err error) {
	if err = json.Unmarshal(row.Data, &s); err != nil {
		err = fmt.Errorf("auth: the row of a session is malformed: %w", err)
	}
	return s, err
}

// tokenLength is the length of a token, in base64url.
const tokenLength = 43

// newToken returns 256 random bits.
func newToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // never fails
	return base64.RawURLEncoding.EncodeToString(token)
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ErrBadToken refuses a bearer token that belongs to no session.
var ErrBadToken = store.Refuse(store.Unauthenticated, "unauthenticated", "this session has ended; sign in again")

// lastSeenStep is how old a session's last-seen time may be before it is written
// again, so that reading does not mean writing.
const lastSeenStep = 5 * time.Minute

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
	row, ok, err := a.rt.Row(r.Context(), sessionKind, hash(token))
	switch {
	case err != nil:
		return store.Actor{}, err
	case !ok && bearer:
		return store.Actor{}, ErrBadToken
	case !ok:
		return store.Actor{}, nil
	}
	session, err := readSession(row)
	if err != nil {
		return store.Actor{}, err
	}
	a.seen(r.Context(), row, session)
	return a.actor(r.Context(), row, session)
}

// actor is who acts in a session.
func (a *Auth) actor(ctx context.Context, row store.Row, s sessionRow) (store.Actor, error) {
	actor := store.Actor{
		ID: row.Owner, Roles: a.roles(s.Claim, s.Roles), Session: s.ID, SessionEnds: row.Expires, Level: s.Level,
	}
	return actor, a.raise(ctx, &actor, s.Raised)
}

// CheckSession returns the actor as they are by now while the session that they came
// with lives, and [ErrBadToken] once it was revoked, on whichever node, or has expired.
// It costs one query, for those who act on behalf of a session long after its token was seen: a
// web socket. When the database cannot be asked the error is [store.ErrUnavailable].
func (a *Auth) CheckSession(ctx context.Context, actor store.Actor) (store.Actor, error) {
	rows, err := a.rt.RowsOf(ctx, sessionKind, actor.ID)
	if err != nil {
		return store.Actor{}, err
	}
	for _, row := range rows {
		session, err := readSession(row)
		if err != nil {
			return store.Actor{}, err
		}
		if session.ID == actor.Session {
			return a.actor(ctx, row, session)
		}
	}
	return store.Actor{}, ErrBadToken
}

// seen notes that the session is used. It gives way to whoever changes the row
// at the same time, who may be ending the session.
func (a *Auth) seen(ctx context.Context, row store.Row, session sessionRow) {
	now := time.Now().UTC()
	if now.Sub(session.LastSeenAt) < lastSeenStep {
		return
	}
	session.LastSeenAt = now
	data, err := json.Marshal(session)
	if err == nil {
		row.Data = data
		err = a.rt.Change(ctx, store.Replace(row))
	}
	if err != nil && !errors.Is(err, store.ErrRow) {
		a.logger.WarnContext(ctx, "the last use of a session was not noted", "session", session.ID, "error", err)
	}
}

// credentials returns the token that the request carries, "" when it has none.
func (a *Auth) credentials(r *http.Request) (token string, bearer bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), true
	}
	cookie, err := r.Cookie(a.cookie("session"))
	if err != nil {
		return "", false
	}
	return cookie.Value, false
}

// cookie is the full name of one of our cookies. Where there is TLS it has the prefix
// that browsers reserve for cookies of exactly this host.
func (a *Auth) cookie(name string) string {
	if a.https {
		return "__Host-" + name
	}
	return name
}

// setCookie hands the session to a browser; an empty token takes it back.
func (a *Auth) setCookie(w http.ResponseWriter, token string, expires time.Time) {
	cookie := &http.Cookie{
		Name: a.cookie("session"), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: a.https, SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// roles of a user: those that were granted, and those that come with the address.
func (a *Auth) roles(claim string, granted []string) []string {
	roles := append([]string{RoleCustomer}, granted...)
	if slices.Contains(a.admins, claim) && !slices.Contains(roles, RoleAdmin) {
		roles = append(roles, RoleAdmin)
	}
	return roles
}
