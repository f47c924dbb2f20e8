package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
)

// ErrNoProviderToken is the answer when a provider's token is not kept, or was withdrawn
// there: the user has to sign in with the provider, or link it, again.
var ErrNoProviderToken = store.Refuse(store.NotFound, "no_provider_token", "this provider gave no token that still works; sign in with it, or link it, again")

// ProviderToken returns the access token of the account that the user has linked at a
// provider, to call its API with. It is refreshed in time, on one node at a time; the
// refresh token stays here, so that nobody uses it up. The refusals are
// [ErrNoProviderToken], and [store.ErrUnavailable] while an overdue token is being
// refreshed or the database cannot be asked. For more than what tells who somebody is,
// set [oauth.Provider].Scopes.
func (a *Auth) ProviderToken(ctx context.Context, userID, provider string) (*oauth2.Token, error) {
	_, kept, err := a.keptToken(ctx, userID, provider)
	if err != nil {
		return nil, err
	}
	token := kept.Token
	expired := !token.Expiry.IsZero() && !time.Now().Before(token.Expiry)
	switch {
	case token.AccessToken == "", expired && token.RefreshToken == "":
		return nil, ErrNoProviderToken
	case expired:
		return nil, store.ErrUnavailable
	}
	token.RefreshToken = ""
	return &token, nil
}

// providerToken is what a row holds, sealed.
type providerToken struct {
	Token       oauth2.Token `json:"token"`
	RefreshAt   time.Time    `json:"refresh_at"`
	RefreshedBy store.Key    `json:"refreshed_by,omitempty"` // the effect that did, which may be tried again
}

// newProviderToken plans to refresh a token when four fifths of its life are over.
func newProviderToken(token oauth2.Token, now time.Time) providerToken {
	t := providerToken{Token: token}
	if token.RefreshToken != "" && !token.Expiry.IsZero() {
		t.RefreshAt = now.Add(token.Expiry.Sub(now) * 4 / 5).UTC()
	}
	return t
}

// keptToken reads a row; both are zero when there is none.
func (a *Auth) keptToken(ctx context.Context, user, provider string) (row store.Row, t providerToken, err error) {
	row, ok, err := a.rt.Row(ctx, tokenKind, tokenKey(user, provider))
	if err != nil || !ok {
		return store.Row{}, t, err
	}
	plain, err := a.openRow(row)
	if err != nil {
		return row, t, err
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return row, t, fmt.Errorf("auth: what is kept of a provider is malformed: %w", err)
	}
	return row, t, nil
}

// rowOf seals a token into the row that follows another one.
func (a *Auth) rowOf(user, provider string, t providerToken, revision int64) (store.Row, error) {
	plain, err := json.Marshal(t)
	key := tokenKey(user, provider)
	return store.Row{Kind: tokenKind, Key: key, Owner: user, Data: a.sealRow(tokenKind, key, plain), Revision: revision}, err
}

// keepToken keeps what came with a sign-in, which does not fail when that fails.
func (a *Auth) keepToken(ctx context.Context, user string, p *oauth.Provider, token *oauth2.Token) {
	if err := a.tryToKeep(ctx, user, p.Name, *token); err != nil {
		a.options.Logger.ErrorContext(ctx, "the tokens of a provider were not kept", "user", user, "provider", p.Name, "error", err)
	}
}

// tryToKeep leaves the refresh token as it is when none came: some providers hand it
// out at the first sign-in only.
func (a *Auth) tryToKeep(ctx context.Context, user, provider string, token oauth2.Token) error {
	const tries = 5
	for range tries {
		row, former, err := a.keptToken(ctx, user, provider)
		if err != nil {
			return err
		}
		merged := token
		merged.RefreshToken = cmp.Or(token.RefreshToken, former.Token.RefreshToken)
		t := newProviderToken(merged, time.Now())
		if row, err = a.rowOf(user, provider, t, row.Revision); err != nil {
			return err
		}
		_, err = a.users.Send(ctx, user, KeepProviderToken{Provider: provider, Row: row, RefreshAt: t.RefreshAt})
		if !errors.Is(err, store.ErrRow) {
			return err
		}
	}
	return store.ErrConflict
}
