package auth

import (
	"context"

	"github.com/composable-go/composable/auth/personal"
)

// person returns a user and their key.
func (a *Auth) person(ctx context.Context, id string) (User, *personal.Key, error) {
	user, err := a.users.State(ctx, id)
	if err != nil {
		return User{}, nil, err
	}
	key, err := a.keys.Of(ctx, id)
	return user.State, key, err
}

// claimOf is the claim of the user's address, "" while it was not proved to be theirs.
func (a *Auth) claimOf(u User, key *personal.Key) (string, error) {
	if !u.EmailVerified {
		return "", nil
	}
	address, err := key.Open("email", u.Address)
	return a.addressClaim(address), err
}
