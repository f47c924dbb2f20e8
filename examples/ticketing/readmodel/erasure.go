package readmodel

import (
	"context"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/projection"
)

// nobody is in the place of users who were erased: what the house has sold stays
// sold, and its books stay as they are. It is no user's id.
const nobody = "erased"

// forget has rows name a user no more who is erased; the statements set $1 where the
// user, $2, was.
func forget(statements ...string) projection.Handler[*projection.Tx] {
	return projection.On("user", func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ auth.UserErased) error {
		for _, statement := range statements {
			if err := exec(ctx, tx, statement, nobody, m.Key); err != nil {
				return err
			}
		}
		return nil
	})
}
