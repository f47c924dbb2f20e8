package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// useLink spends a link on a session and returns its token and row. A request
// that comes again with the same once, because it is repeated or its button was
// pressed twice, is given the session that it started the first time.
func (a *Auth) useLink(r *web.Request, link, once string) (token string, row store.Row, err error) {
	ctx := r.Context()
	token = a.sessionToken(link, once)
	err = a.signInByLink(ctx, link, SignIn{Method: "magic_link", TokenHash: hash(token), Device: device(r)})
	if err != nil && !errors.Is(err, magiclink.ErrInvalidToken) {
		return "", row, err
	}
	row, ok, err := a.rt.Row(ctx, sessionKind, hash(token))
	if err == nil && !ok {
		err = magiclink.ErrInvalidToken
	}
	return token, row, err
}

// sessionToken makes a token. With once, the link and the secret key determine
// it, so that the answer to a request can be given again without being kept.
func (a *Auth) sessionToken(link, once string) string {
	if once == "" {
		return newToken()
	}
	mac := hmac.New(sha256.New, a.retryKey)
	mac.Write([]byte(link + "\x00" + once))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (a *Auth) signInByLink(ctx context.Context, token string, s SignIn) error {
	const tries = 5
	for range tries {
		link, err := a.links.Find(ctx, token)
		if err != nil {
			return err
		}
		s.Email = link.Email
		s.Proof.Kind, s.Proof.Key = magiclink.Proof(token)
		if err := a.signInOnce(ctx, s); !isLostRace(err) {
			return err
		}
	}
	return store.ErrConflict
}

// isLostRace reports whether another sign-in was faster: of the same link, or
// the first one of the same address. Looking again shows which.
func isLostRace(err error) bool {
	return errors.Is(err, store.ErrRow) || errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrConflict)
}

// signInOnce signs in whoever owns the address, or else somebody new.
func (a *Auth) signInOnce(ctx context.Context, s SignIn) error {
	owner, err := a.rt.ClaimOwner(ctx, claim(s.Email))
	if err != nil {
		return err
	}
	s.UserID = cmp.Or(owner.Key, uuid.Must(uuid.NewV7()).String())
	_, err = a.users.Send(ctx, s.UserID, s)
	return err
}
