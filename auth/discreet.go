package auth

import (
	"errors"
	"regexp"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// discreet is why a mail could not be sent, without the address that it was for: servers
// quote what they refuse, and errors of effects are logged and kept.
func discreet(err error, address string) error {
	if err == nil {
		return nil
	}
	quoted := regexp.MustCompile("(?i)" + regexp.QuoteMeta(address))
	said := errors.New(quoted.ReplaceAllLiteralString(err.Error(), "(the address)"))
	if errors.Is(err, email.ErrPermanent) {
		return store.Permanent(said)
	}
	return said
}
