package auth

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/composable-go/composable/web"
)

type userView struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}

// view opens what is shown to the user.
func (a *Auth) view(ctx context.Context, u User) (userView, error) {
	key, err := a.keys.Of(ctx, u.ID)
	if err != nil {
		return userView{}, err
	}
	address, err := key.Open("email", u.Address)
	if err != nil {
		return userView{}, err
	}
	claim, err := a.claimOf(u, key)
	if err != nil {
		return userView{}, err
	}
	name, err := key.Open("name", u.Name)
	return userView{u.ID, address, name, a.roles(claim, u.Roles)}, err
}

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

func (a *Auth) showProfile(w http.ResponseWriter, r *web.Request) error {
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	view, err := a.view(r.Context(), user.State)
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusOK, view)
}

func (a *Auth) changeProfile() http.HandlerFunc {
	return web.Command(a.users, a.changeOf, web.OK(func(r *web.Request, u User) (any, error) { return a.view(r.Context(), u) }))
}

func (a *Auth) changeOf(r *web.Request) (user string, action Action, err error) {
	const longest = 100
	var body struct {
		Name string `json:"name"`
	}
	if err := r.JSON(&body); err != nil {
		return "", nil, err
	}
	name := strings.TrimSpace(body.Name)
	var v web.Validation
	v.Check(name != "", "name", "is missing")
	v.Check(utf8.RuneCountInString(name) <= longest, "name", "must have at most %d characters", longest)
	v.Check(!strings.ContainsFunc(name, unicode.IsControl), "name", "must not contain control characters")
	if err := v.Err(); err != nil {
		return "", nil, err
	}
	key, err := a.keys.Of(r.Context(), r.Actor().ID)
	if err != nil {
		return "", nil, err
	}
	return r.Actor().ID, ChangeProfile{Name: key.Seal("name", name)}, nil
}

type sessionItem struct {
	ID         string    `json:"id"`
	Device     string    `json:"device"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	Current    bool      `json:"current"`
}

// listSessions shows the sessions, the one used last first.
func (a *Auth) listSessions(w http.ResponseWriter, r *web.Request) error {
	rows, err := a.rt.RowsOf(r.Context(), sessionKind, r.Actor().ID)
	if err != nil {
		return err
	}
	key, err := a.keys.Of(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	items := make([]sessionItem, len(rows))
	for i, row := range rows {
		s, err := readSession(row)
		if err != nil {
			return err
		}
		device, err := key.Open("device", s.Name)
		if err != nil {
			return err
		}
		items[i] = sessionItem{s.ID, device, s.CreatedAt, s.LastSeenAt, s.ID == r.Actor().Session}
	}
	slices.SortFunc(items, func(a, b sessionItem) int {
		return cmp.Or(b.LastSeenAt.Compare(a.LastSeenAt), cmp.Compare(a.ID, b.ID))
	})
	return web.Reply(w, http.StatusOK, map[string]any{"items": items})
}

func (a *Auth) revokeOne(w http.ResponseWriter, r *web.Request) error {
	id := r.Param("id")
	if id == r.Actor().Session {
		a.setCookie(w, "", time.Time{})
	}
	return a.revoke(w, r, RevokeSession{ID: id})
}

func (a *Auth) revokeOthers(w http.ResponseWriter, r *web.Request) error {
	return a.revoke(w, r, RevokeOtherSessions{Keep: r.Actor().Session})
}

// logout is content when there is nothing to end any more.
func (a *Auth) logout(w http.ResponseWriter, r *web.Request) error {
	a.setCookie(w, "", time.Time{})
	if r.Actor().ID == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	err := a.revoke(w, r, RevokeSession{ID: r.Actor().Session})
	if errors.Is(err, ErrNoSession) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return err
}

func (a *Auth) revoke(w http.ResponseWriter, r *web.Request, command Action) error {
	receipt, err := a.users.Send(r.Context(), r.Actor().ID, command)
	if err != nil {
		return err
	}
	web.SetPosition(w, receipt.Position)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
