package auth

import (
	"slices"

	"github.com/composable-go/composable/store"
)

// Roles that this package hands out. All others are the application's: an
// administrator grants them with [GrantRole].
const (
	RoleCustomer = "customer" // everybody who is signed in
	RoleAdmin    = "admin"    // the addresses of [Options].AdminEmails, and who is granted it
)

// longestRole is how many bytes the name of a role may have.
const longestRole = 100

// errRole refuses what cannot be granted.
var errRole = store.Refuse(store.Invalid, "invalid", "this is not a role that can be granted").
	WithField("role", "must be a name of at most 100 bytes, and not customer, which everybody is")

// grantRole is decided by an administrator. Sessions carry the roles that their user had
// when they began, so they end.
func (u *User) grantRole(a GrantRole, env store.Env) (store.Effects, error) {
	if err := u.mayChangeRole(a.Role, env); err != nil || slices.Contains(u.Roles, a.Role) {
		return nil, err
	}
	ended, err := u.revoke(u.sessionsBut("")...)
	return append(ended, store.Record(RoleGranted(a))), err
}

func (u *User) revokeRole(a RevokeRole, env store.Env) (store.Effects, error) {
	if err := u.mayChangeRole(a.Role, env); err != nil || !slices.Contains(u.Roles, a.Role) {
		return nil, err
	}
	ended, err := u.revoke(u.sessionsBut("")...)
	return append(ended, store.Record(RoleRevoked(a))), err
}

func (u *User) mayChangeRole(role string, env store.Env) error {
	switch {
	case !env.Actor.Has(RoleAdmin):
		return store.ErrForbidden
	case u.ID == "":
		return store.ErrNotFound
	case role == "" || len(role) > longestRole || role == RoleCustomer:
		return errRole
	}
	return nil
}
