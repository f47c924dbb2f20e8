package auth

import (
	"context"

	"github.com/composable-go/composable/store"
)

// Refresh is one attempt of an effect.
func (a *Auth) Refresh(ctx context.Context, e RefreshToken, id store.Key) (Action, error) {
	return a.refreshToken(ctx, e, id)
}
