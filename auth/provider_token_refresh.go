package auth

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"github.com/composable-go/composable/auth/oauth"
	"github.com/composable-go/composable/store"
)

// handleTokens registers what carries out the effects on providers' tokens.
func (a *Auth) handleTokens() {
	const pause = time.Hour // after a provider was away for as long as all attempts take
	retry := store.Retry{Max: 20, Base: time.Second, Cap: 5 * time.Minute}
	store.Handle(a.rt, a.refreshToken, retry, store.OnGivingUp(func(e RefreshToken, _ error) Action {
		return ProviderTokenRefreshed{Provider: e.Provider, RefreshAt: time.Now().Add(pause).UTC()}
	}))
	store.Handle(a.rt, a.revokeToken, retry)
}

// refreshToken carries out the effect. An attempt that comes again after it had
// succeeded finds itself in the row.
func (a *Auth) refreshToken(ctx context.Context, e RefreshToken, id store.Key) (Action, error) {
	p, err := a.provider(e.Provider)
	if err != nil {
		return nil, nil // it was taken out of the configuration
	}
	row, kept, err := a.keptToken(ctx, e.User, e.Provider)
	if err != nil || row.Key == "" {
		return nil, err
	}
	if kept.RefreshedBy == id {
		return ProviderTokenRefreshed{e.Provider, kept.RefreshAt}, nil
	}
	var next providerToken // nothing, once the provider has withdrawn it
	fresh, err := p.Refresh(ctx, &kept.Token)
	switch {
	case err == nil:
		next = newProviderToken(*fresh, time.Now())
	case errors.Is(err, oauth.ErrGrant):
		a.options.Logger.InfoContext(ctx, "a provider has withdrawn a token", "user", e.User, "provider", e.Provider)
	default:
		return nil, err
	}
	next.RefreshedBy = id
	written, err := a.replaceToken(ctx, e, kept.Token.RefreshToken, row, next)
	if err != nil || !written {
		return nil, err
	}
	return ProviderTokenRefreshed{e.Provider, next.RefreshAt}, nil
}

// replaceToken writes what came of a refresh token, and does not give up before ctx
// ends: most providers honour the former one no more, so that what is not written is
// lost. It reports false when somebody else's token, or none, is kept by now.
func (a *Auth) replaceToken(ctx context.Context, e RefreshToken, used string, row store.Row, next providerToken) (bool, error) {
	for {
		fresh, err := a.rowOf(e.User, e.Provider, next, row.Revision)
		if err != nil {
			return false, err
		}
		if err = a.rt.Change(ctx, store.Replace(fresh)); err == nil {
			return true, nil
		}
		var kept providerToken
		if errors.Is(err, store.ErrRow) {
			row, kept, err = a.keptToken(ctx, e.User, e.Provider)
		}
		switch {
		case err != nil:
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return false, err
			}
		case row.Key == "": // unlinked: what was to be revoked is another one by now
			return false, a.revokeAt(ctx, e.Provider, next.Token)
		case kept.Token.RefreshToken != used: // of a later sign-in, whose timer counts
			return false, nil
		}
	}
}

// revokeToken carries out the effect.
func (a *Auth) revokeToken(ctx context.Context, e RevokeToken, _ store.Key) (store.None, error) {
	key := tokenKey(e.User, e.Provider)
	plain, err := a.openRow(store.Row{Kind: tokenKind, Key: key, Data: []byte(`"` + e.Sealed + `"`)})
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	var kept providerToken
	if err := json.Unmarshal(plain, &kept); err != nil {
		return store.None{}, store.Permanent(err)
	}
	return store.None{}, a.revokeAt(ctx, e.Provider, kept.Token)
}

// revokeAt is content when the provider refuses: it knows the token no more, or never
// will.
func (a *Auth) revokeAt(ctx context.Context, provider string, token oauth2.Token) error {
	p, err := a.provider(provider)
	if err != nil || token.AccessToken == "" {
		return nil
	}
	err = p.Revoke(ctx, &token)
	if errors.Is(err, oauth.ErrUnreachable) {
		return err
	}
	if err != nil {
		a.options.Logger.WarnContext(ctx, "a token was not revoked at its provider", "provider", provider, "error", err)
	}
	return nil
}
