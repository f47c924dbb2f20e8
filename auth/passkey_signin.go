package auth

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// beginPasskeyLogin answers the same whoever is asking, for all passkeys are
// discoverable: an address is looked at when a passkey has been shown.
func (a *Auth) beginPasskeyLogin(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Email string `json:"email"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	ceremony := passkey.Ceremony{Purpose: passkey.Login}
	if body.Email != "" {
		address, err := normalise(body.Email)
		if err != nil {
			return web.ErrInvalid.WithField("email", "must be an e-mail address")
		}
		ceremony.Note = a.addressClaim(address)
	}
	options, err := a.passkeys.BeginLogin(r.Context(), ceremony)
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusOK, options)
}

func (a *Auth) completePasskeyLogin(w http.ResponseWriter, r *web.Request) error {
	proved, err := a.assertion(r, passkey.Login, "")
	if err != nil {
		return err
	}
	user, err := a.users.State(r.Context(), proved.User)
	if err != nil {
		return err
	}
	key, err := a.keys.Of(r.Context(), proved.User)
	if err != nil {
		return err
	}
	address, err := key.Open("email", user.State.Address)
	if err != nil {
		return err
	}
	if proved.Note != "" && proved.Note != a.addressClaim(address) {
		return ErrOtherAccount
	}
	alert, err := letterAbout(r, user.State, key, proved.CredentialID)
	if err != nil {
		return err
	}
	session, err := a.enter(w, r, entry{
		Method: "passkey", Level: levelOf(proved.UserVerified), UserID: proved.User, Proofs: []Proof{Proof(proved.Proof)},
		Passkey: useOf(proved), Alert: alert,
	})
	if errors.Is(err, ErrBadToken) { // no session was started: the reducer does not believe the count
		return ErrRollback
	}
	if err != nil {
		return overtaken(err)
	}
	return a.answer(w, r, session)
}

// assertion verifies the passkey that a request shows.
func (a *Auth) assertion(r *web.Request, purpose passkey.Purpose, owner string) (passkey.Assertion, error) {
	var body struct {
		Credential json.RawMessage `json:"credential"`
	}
	if err := r.JSON(&body); err != nil {
		return passkey.Assertion{}, err
	}
	return a.passkeys.FinishAssertion(r.Context(), purpose, owner, body.Credential, a.findPasskey)
}

// overtaken turns a lost race for a ceremony into the refusal of its replay.
func overtaken(err error) error {
	if errors.Is(err, store.ErrRow) {
		return passkey.ErrCeremony
	}
	return err
}

func levelOf(verified bool) int {
	if verified {
		return LevelStrong
	}
	return LevelBasic
}

func useOf(p passkey.Assertion) *PasskeyUse {
	return &PasskeyUse{ID: p.CredentialID, SignCount: p.SignCount, BackedUp: p.BackedUp}
}
