package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

const (
	purposeAddress = "confirm_address"
	addressPath    = "/auth/me/email/confirm"
)

// askForAddress has a link mailed to the address that shall be the user's. It answers
// the same, and does the same work, whether the address is free or somebody's: that
// counts when the mail is written, see [Auth.mailAddressLink].
func (a *Auth) askForAddress(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Email string `json:"email"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	address, err := normalise(body.Email)
	var v web.Validation
	v.Check(err == nil, "email", "must be an e-mail address")
	if err := v.Err(); err != nil {
		return err
	}
	if err := a.spendAddress(r.Context(), address); err != nil {
		return err
	}
	if err := a.mailConfirmation(r, r.Actor().ID, address); err != nil {
		return err
	}
	return web.Reply(w, http.StatusAccepted, map[string]any{"expires_in": int(a.options.LinkLife.Seconds())})
}

// mailConfirmation has a link mailed by which the address becomes the user's.
func (a *Auth) mailConfirmation(r *web.Request, user, address string) error {
	_, err := a.links.Request(r.Context(), magiclink.Request{
		ID: r.NewID(), Purpose: purposeAddress, Email: address, Device: deviceName(r), Payload: user,
	})
	return err
}

// mailAddressLink mails a link to confirm an address. The owner of one that is taken is
// told that somebody has tried, and gets no link.
func (a *Auth) mailAddressLink(ctx context.Context, link magiclink.Link, token string, key store.Key) error {
	owner, err := a.rt.ClaimOwner(ctx, a.addressClaim(link.Email))
	if err != nil {
		return err
	}
	if owner.Key != "" && owner.Key != link.Payload {
		return a.send(ctx, key, link.Email, "address_taken", letter{})
	}
	return a.send(ctx, key, link.Email, "address_change_asked", letter{Device: link.Device, Link: addressPath + "?token=" + token})
}

type addressPage struct{ App, Email, Device, Token string }

// showAddress changes nothing: mail scanners open links too.
func (a *Auth) showAddress(w http.ResponseWriter, r *web.Request) error {
	token := r.URL.Query().Get("token")
	link, err := a.links.Find(r.Context(), purposeAddress, token)
	switch {
	case err != nil:
		return a.showRefusal(w, err)
	case r.Actor().ID != link.Payload:
		return a.showOtherUser(w)
	}
	return show(w, http.StatusOK, "address.html", addressPage{a.options.App, link.Email, link.Device, token})
}

func (a *Auth) showOtherUser(w http.ResponseWriter) error {
	return show(w, http.StatusForbidden, "message.html", messagePage{
		App: a.options.App, Title: "Open this link where you are signed in",
		Text: "An address is confirmed in a browser that is signed in to the account that asked for it. If you did not ask, do nothing, and nothing happens.",
	})
}

// confirmAddress makes the address of a link that of the user who asked for it, once
// they press the button. Nobody else can press it: whoever got the mail because a
// stranger named their address would give it away, and be signed in to the stranger's
// account from then on.
func (a *Auth) confirmAddress(w http.ResponseWriter, r *web.Request) error {
	if err := r.ParseForm(); err != nil {
		return store.ErrBadAction.Because(err)
	}
	link, err := a.links.Find(r.Context(), purposeAddress, r.PostForm.Get("token"))
	if err == nil && r.Actor().ID != link.Payload {
		return a.showOtherUser(w)
	}
	if err == nil {
		err = a.moveTo(r.Context(), link)
	}
	if err != nil {
		return a.showRefusal(w, err)
	}
	return show(w, http.StatusOK, "address_changed.html", addressPage{App: a.options.App, Email: link.Email})
}

// moveTo changes the address. Where it has become somebody else's meanwhile, or the
// user is gone, the link is worth nothing.
func (a *Auth) moveTo(ctx context.Context, link magiclink.Link) error {
	const tries = 5
	for range tries {
		command, err := a.changeOfAddress(ctx, link)
		if err == nil {
			_, err = a.users.Send(ctx, link.Payload, command)
		}
		switch {
		case errors.Is(err, store.ErrConflict):
			continue
		case errors.Is(err, store.ErrTaken), errors.Is(err, store.ErrRow),
			errors.Is(err, store.ErrStreamClosed), errors.Is(err, personal.ErrErased):
			return magiclink.ErrInvalidToken
		}
		return err
	}
	return store.ErrConflict
}

func (a *Auth) changeOfAddress(ctx context.Context, link magiclink.Link) (c ChangeAddress, err error) {
	user, key, err := a.person(ctx, link.Payload)
	if err != nil {
		return c, err
	}
	from, err := key.Open("email", user.Address)
	if err != nil {
		return c, err
	}
	c.From = Address{Text: user.Address, Claim: a.addressClaim(from)}
	c.To = Address{Text: key.Seal("email", link.Email), Claim: a.addressClaim(link.Email)}
	c.Proof.Kind, c.Proof.Key = link.Proof()
	c.EndSessions = slices.Contains(a.admins, c.From.Claim) != slices.Contains(a.admins, c.To.Claim)
	return c, nil
}
