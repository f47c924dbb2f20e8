package auth

import (
	"time"

	"github.com/composable-go/composable/store"
)

// What happens to a provider's tokens leaves no events: the row is all there is to know.
type (
	// KeepProviderToken replaces the row of a provider's tokens. It is refused with
	// [store.ErrRow] when that has changed since.
	KeepProviderToken struct {
		Provider  string
		Row       store.Row
		RefreshAt time.Time // never when zero
	}

	// ProviderTokenDue is a timer's: the tokens should be refreshed.
	ProviderTokenDue struct{ Provider string }

	// ProviderTokenRefreshed says when the tokens should be refreshed next.
	ProviderTokenRefreshed struct {
		Provider  string
		RefreshAt time.Time
	}
)

// RefreshToken is the durable effect that trades a provider's refresh token for new
// tokens.
type RefreshToken struct{ User, Provider string }

// RevokeToken is the durable effect that has a provider forget tokens, which are sealed.
type RevokeToken struct{ User, Provider, Sealed string }

// EffectName names the effect.
func (RefreshToken) EffectName() string { return "auth.refresh_token" }

// EffectName names the effect.
func (RevokeToken) EffectName() string { return "auth.revoke_token" }

func (KeepProviderToken) user()      {}
func (ProviderTokenDue) user()       {}
func (ProviderTokenRefreshed) user() {}

// keepToken is refused to those who have unlinked the provider meanwhile.
func (u *User) keepToken(a KeepProviderToken) (store.Effects, error) {
	if _, linked := u.Identities[a.Provider]; !linked {
		return nil, ErrNotLinked
	}
	return store.Effects{store.Replace(a.Row), refreshAt(a.Provider, a.RefreshAt)}, nil
}

// refreshToken is content when nothing is linked any more.
func (u *User) refreshToken(a ProviderTokenDue) (store.Effects, error) {
	if _, linked := u.Identities[a.Provider]; !linked {
		return nil, nil
	}
	return store.Effects{RefreshToken{User: u.ID, Provider: a.Provider}}, nil
}

func (u *User) refreshedToken(a ProviderTokenRefreshed) (store.Effects, error) {
	if _, linked := u.Identities[a.Provider]; !linked {
		return nil, nil
	}
	return store.Effects{refreshAt(a.Provider, a.RefreshAt)}, nil
}

// forgetToken drops what is kept of a provider.
func (u *User) forgetToken(provider string) store.Effects {
	return store.Effects{store.Drop(tokenKind, tokenKey(u.ID, provider)), store.Cancel(tokenTimer(provider))}
}

func refreshAt(provider string, at time.Time) store.Effect {
	if at.IsZero() {
		return store.Cancel(tokenTimer(provider))
	}
	return store.At(tokenTimer(provider), at, ProviderTokenDue{provider})
}

func tokenTimer(provider string) string { return "provider_token:" + provider }

const tokenKind = "provider_token"

func tokenKey(user, provider string) string { return user + ":" + provider }
