package auth

import (
	"context"
	"errors"
	"regexp"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// deliver sends a mail on behalf of an effect. Servers quote the address that they
// refuse, and errors of effects are logged and kept; so the error does without.
func deliver(ctx context.Context, sender email.Sender, m email.Message) error {
	err := sender.Send(ctx, m)
	if err == nil {
		return nil
	}
	permanent := errors.Is(err, email.ErrPermanent)
	text := err.Error()
	for _, to := range m.To {
		text = regexp.MustCompile("(?i)"+regexp.QuoteMeta(to)).ReplaceAllLiteralString(text, "(the address)")
	}
	err = errors.New(text)
	if permanent {
		err = store.Permanent(err)
	}
	return err
}
