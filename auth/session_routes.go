package auth

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// sessionView shows the token only once, to whoever signs in.
type sessionView struct {
	Token     string    `json:"session_token,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
	User      userView  `json:"user"`
}

// showSession answers null when nobody is signed in: every page asks, and for a
// visitor that is no error.
func (a *Auth) showSession(w http.ResponseWriter, r *web.Request) error {
	if r.Actor().ID == "" {
		return web.Reply(w, http.StatusOK, nil)
	}
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	view, err := a.view(r.Context(), user.State)
	if err != nil {
		return err
	}
	expires := user.State.Sessions[r.Actor().Session].ExpiresAt
	return web.Reply(w, http.StatusOK, sessionView{ExpiresAt: expires, User: view})
}

// refreshSession gives the session another token. Asked again with the former one, as
// pages do that wake up together, it gives the same answer.
func (a *Auth) refreshSession(w http.ResponseWriter, r *web.Request) error {
	token, _ := a.credentials(r.Request)
	row, session, err := a.findSession(r.Context(), sessionKind, hash(token))
	if err == nil {
		err = a.spendAccount(r.Request, row.Owner)
	}
	if err != nil {
		return err
	}
	next := a.nextToken(token)
	command := RefreshSession{ID: session.ID, From: hash(token), TokenHash: hash(next), Claim: session.Claim}
	if session.Raised != nil {
		command.Confirmed = session.Raised.Confirmed
	}
	_, err = a.users.Send(r.Context(), row.Owner, command)
	if errors.Is(err, store.ErrRow) || errors.Is(err, ErrNoSession) { // it ended a moment ago
		return ErrBadToken
	}
	if err != nil {
		return err
	}
	refreshed, err := a.session(r.Context(), next)
	if err != nil {
		return err
	}
	return a.answer(w, r, refreshed)
}

type sessionItem struct {
	ID         string    `json:"id"`
	Device     string    `json:"device"` // for people
	DeviceID   string    `json:"device_id"`
	Place      string    `json:"place"` // where it began
	Level      int       `json:"level"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"` // however much it is used
	Current    bool      `json:"current"`
}

// listSessions shows the sessions, the one used last first.
func (a *Auth) listSessions(w http.ResponseWriter, r *web.Request) error {
	rows, err := a.rt.RowsOf(r.Context(), sessionIDKind, r.Actor().ID)
	if err != nil {
		return err
	}
	key, err := a.keys.Of(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	now, items := time.Now(), make([]sessionItem, len(rows))
	for i, row := range rows {
		s, err := readSession(row)
		if err == nil {
			items[i], err = s.item(key, now)
		}
		if err != nil {
			return err
		}
		items[i].Current = s.ID == r.Actor().Session
	}
	slices.SortFunc(items, func(a, b sessionItem) int {
		return cmp.Or(b.LastSeenAt.Compare(a.LastSeenAt), cmp.Compare(a.ID, b.ID))
	})
	return web.Reply(w, http.StatusOK, map[string]any{"items": items})
}

func (s sessionRow) item(key *personal.Key, now time.Time) (sessionItem, error) {
	device, err := key.Open("device", s.Name)
	if err != nil {
		return sessionItem{}, err
	}
	place, err := key.Open("place", s.Place)
	return sessionItem{
		ID: s.ID, Device: device, DeviceID: s.Device, Place: place, Level: s.level(now),
		CreatedAt: s.CreatedAt, LastSeenAt: s.LastSeenAt, ExpiresAt: s.Ends,
	}, err
}

func (a *Auth) revokeOne(w http.ResponseWriter, r *web.Request) error {
	id := r.Param("id")
	if id == r.Actor().Session {
		a.setCookie(w, "", time.Time{})
	}
	return a.change(w, r, RevokeSession{ID: id})
}

// revokeOthers ends all sessions but the current one, and with ?all=true that one too.
func (a *Auth) revokeOthers(w http.ResponseWriter, r *web.Request) error {
	keep := r.Actor().Session
	if r.URL.Query().Get("all") == "true" {
		keep = ""
		a.setCookie(w, "", time.Time{})
	}
	return a.change(w, r, RevokeOtherSessions{Keep: keep})
}

// logout is content when there is nothing to end any more.
func (a *Auth) logout(w http.ResponseWriter, r *web.Request) error {
	a.setCookie(w, "", time.Time{})
	if r.Actor().ID == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	err := a.change(w, r, RevokeSession{ID: r.Actor().Session})
	if errors.Is(err, ErrNoSession) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return err
}

// change sends a command about the user's own sessions or devices.
func (a *Auth) change(w http.ResponseWriter, r *web.Request, command Action) error {
	receipt, err := a.users.Send(r.Context(), r.Actor().ID, command)
	if err != nil {
		return err
	}
	web.SetPosition(w, receipt.Position)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
