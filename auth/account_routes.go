package auth

import (
	"context"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/composable-go/composable/web"
)

// longestName is how many characters a user's name may have.
const longestName = 100

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
	var body struct {
		Name string `json:"name"`
	}
	if err := r.JSON(&body); err != nil {
		return "", nil, err
	}
	name := strings.TrimSpace(body.Name)
	var v web.Validation
	v.Check(name != "", "name", "is missing")
	v.Check(utf8.RuneCountInString(name) <= longestName, "name", "must have at most %d characters", longestName)
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
