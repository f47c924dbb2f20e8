package magiclink

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"

	"github.com/composable-go/composable/store"
)

// ErrWrongCode is the answer to a code that is not the link's. It says as tries_left how
// many more may be tried.
var ErrWrongCode = store.Refuse(store.BadRequest, "wrong_code", "this is not the code that the link shows")

// maxTries is how many codes may be tried for one link: with a million codes, a guess is
// right once in 200 000 links.
const maxTries = 5

// FindByCode returns the link that the browser with that cookie asked for, when the
// code is the one that the link shows; else [ErrWrongCode], which counts, and from the
// fifth on makes the link worthless. Without a link that can be used now the error is
// [ErrInvalidToken].
func (l *Links) FindByCode(ctx context.Context, purpose, cookie, code string) (Link, error) {
	for { // a lost race means that a code was tried or a link was asked for, so it ends with the tries
		link, row, latest, err := l.waitingFor(ctx, purpose, cookie)
		if err != nil {
			return Link{}, err
		}
		// Counted before it is compared, so that many at once are not more than five.
		err = l.count(ctx, row, latest)
		if errors.Is(err, store.ErrRow) {
			continue
		}
		if err != nil {
			return Link{}, err
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(link.Code())) != 1 {
			return Link{}, ErrWrongCode.With("tries_left", maxTries-latest.Tries-1)
		}
		return link, nil
	}
}

// waitingFor returns the live link that the browser with that cookie asked for.
func (l *Links) waitingFor(ctx context.Context, purpose, cookie string) (link Link, row store.Row, latest live, err error) {
	subject, _ := splitCookie(cookie)
	if row, latest, err = l.latest(ctx, subject); err != nil {
		return link, row, latest, err
	}
	if link, err = l.read(ctx, latest.Key); err != nil {
		return link, row, latest, err
	}
	if link.Purpose != purpose || !link.AskedBy(cookie) {
		err = ErrInvalidToken
	}
	return link, row, latest, err
}

// count notes a try. The last one ends the link's life first.
func (l *Links) count(ctx context.Context, row store.Row, latest live) error {
	latest.Tries++
	data, err := json.Marshal(latest)
	if err != nil {
		return err
	}
	row.Data = data
	change := store.Replace(row)
	change.Delete = latest.Tries >= maxTries
	return l.rt.Change(ctx, change)
}
