package auth

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/composable-go/composable/web"
)

type deviceItem struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Trust       Trust     `json:"trust"`
	FirstSeenAt time.Time `json:"first_seen_at"`
	LastSeenAt  time.Time `json:"last_seen_at"` // when it signed in last
	Sessions    int       `json:"sessions"`
	Current     bool      `json:"current"`
}

// listDevices shows the devices, the one that signed in last first.
func (a *Auth) listDevices(w http.ResponseWriter, r *web.Request) error {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	now, sessions := time.Now(), map[string]int{}
	for _, s := range user.Sessions {
		if s.ExpiresAt.After(now) {
			sessions[s.Device]++
		}
	}
	current := user.Sessions[r.Actor().Session].Device
	items := make([]deviceItem, 0, len(user.Devices))
	for id, d := range user.Devices {
		name, err := key.Open("device", d.Name)
		if err != nil {
			return err
		}
		items = append(items, deviceItem{id, name, d.Trust(now), d.FirstSeenAt, d.LastSeenAt, sessions[id], id == current})
	}
	slices.SortFunc(items, func(a, b deviceItem) int {
		return cmp.Or(b.LastSeenAt.Compare(a.LastSeenAt), cmp.Compare(a.ID, b.ID))
	})
	return web.Reply(w, http.StatusOK, map[string]any{"items": items})
}

func (a *Auth) trustDevice(w http.ResponseWriter, r *web.Request) error {
	return a.change(w, r, TrustDevice{ID: r.Param("id")})
}

// revokeDevice ends the current session too when it is of that device.
func (a *Auth) revokeDevice(w http.ResponseWriter, r *web.Request) error {
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	id := r.Param("id")
	if user.State.Sessions[r.Actor().Session].Device == id {
		a.setCookie(w, "", time.Time{})
	}
	return a.change(w, r, RevokeDevice{ID: id})
}
