package auth

import (
	"context"
	"net/url"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

// purposeSignIn is what links for signing in are for.
const purposeSignIn = "sign_in"

// postman sends mails.
type postman struct {
	app    string
	base   *url.URL
	from   string
	sender email.Sender
}

func (p postman) sendLink(ctx context.Context, link magiclink.Link, token string, key store.Key) error {
	address := p.base.JoinPath(verifyPath).String() + "?token=" + token
	return deliver(ctx, p.sender, email.Message{
		ID: string(key), From: p.from, To: []string{link.Email},
		Subject: "Sign in to " + p.app, Text: "Open this link to sign in:\n\n" + address + "\n",
	})
}
