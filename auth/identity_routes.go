package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/web"
)

type identityItem struct {
	Provider string    `json:"provider"`
	Title    string    `json:"title"`
	Email    string    `json:"email,omitempty"` // at the provider, when it was linked
	LinkedAt time.Time `json:"linked_at"`
}

// listIdentities shows the accounts that the user can sign in with.
func (a *Auth) listIdentities(w http.ResponseWriter, r *web.Request) error {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	items := []identityItem{}
	for provider, account := range user.Identities {
		known, err := openIdentity(key, provider, account.Account)
		if err != nil {
			return err
		}
		items = append(items, identityItem{provider, a.titleOf(provider), known.Email, account.LinkedAt})
	}
	slices.SortFunc(items, func(a, b identityItem) int { return strings.Compare(a.Provider, b.Provider) })
	return web.Reply(w, http.StatusOK, map[string]any{"items": items})
}

// titleOf is for people, also of a provider that is configured no more.
func (a *Auth) titleOf(provider string) string {
	if p, err := a.provider(provider); err == nil {
		return p.Title
	}
	return provider
}

// unlinkIdentity takes an account away as a way to sign in. Its tokens may be refreshed
// at the same time; the latest are the ones to revoke.
func (a *Auth) unlinkIdentity(w http.ResponseWriter, r *web.Request) error {
	command, err := a.unlinking(r.Context(), r.Actor().ID, r.Param("provider"))
	if err != nil {
		return err
	}
	return a.change(w, r, command)
}

func (a *Auth) unlinking(ctx context.Context, userID, provider string) (UnlinkIdentity, error) {
	c := UnlinkIdentity{Provider: provider}
	user, key, err := a.person(ctx, userID)
	if err != nil {
		return c, err
	}
	account, linked := user.Identities[provider]
	if !linked {
		return c, ErrNotLinked
	}
	known, err := openIdentity(key, provider, account.Account)
	if err != nil {
		return c, err
	}
	c.Claim = a.identityClaim(known)
	row, ok, err := a.rt.Row(ctx, tokenKind, tokenKey(userID, provider))
	if err == nil && ok {
		err = json.Unmarshal(row.Data, &c.Token)
	}
	return c, err
}

// openIdentity is the inverse of [Auth.sealIdentity].
func openIdentity(key *personal.Key, provider string, account personal.Text) (i identity, err error) {
	plain, err := key.Open("identity", account)
	if err != nil {
		return i, err
	}
	if err := json.Unmarshal([]byte(plain), &i); err != nil {
		return i, fmt.Errorf("auth: what is known of an account is malformed: %w", err)
	}
	i.Provider = provider
	return i, nil
}
