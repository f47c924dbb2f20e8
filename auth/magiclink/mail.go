package magiclink

import (
	"context"
	"errors"
	"time"

	"github.com/composable-go/composable/store"
)

var errTooLate = errors.New("magiclink: the link expired before it could be mailed")

// deliver carries out the effect. A link that was replaced or used meanwhile is not
// mailed: it would only let its reader down.
func (l *Links) deliver(ctx context.Context, m Mail, key store.Key) (store.None, error) {
	if !time.Now().Before(m.Expires) {
		return store.None{}, store.Permanent(errTooLate)
	}
	link, err := l.open(m.Key, m.Sealed)
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	token := link.secrets.of("token")
	_, err = l.Find(ctx, link.Purpose, token)
	if errors.Is(err, ErrInvalidToken) {
		return store.None{}, nil
	}
	if err != nil {
		return store.None{}, err
	}
	return store.None{}, l.options.Send(ctx, link, token, key)
}
