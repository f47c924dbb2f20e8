package auth

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/web"
)

// newcomer is what the ceremony of a sign-up remembers.
type newcomer struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

// beginPasskeySignUp answers the same whether the address is somebody's or not: it
// will be the user's once they have shown that they read its mail.
func (a *Auth) beginPasskeySignUp(w http.ResponseWriter, r *web.Request) error {
	var body newcomer
	if err := r.JSON(&body); err != nil {
		return err
	}
	address, err := normalise(body.Email)
	if err != nil {
		return web.ErrInvalid.WithField("email", "must be an e-mail address")
	}
	if body.Name != "" {
		if body.Name, err = passkeyName(body.Name); err != nil {
			return err
		}
	}
	if err := a.spendAddress(r.Context(), address); err != nil { // who completes it is sent a mail
		return err
	}
	user := passkey.User{ID: uuid.Must(uuid.NewV7()).String(), Name: address, DisplayName: cmp.Or(body.Name, address)}
	note, err := json.Marshal(newcomer{address, body.Name})
	if err != nil {
		return err
	}
	options, err := a.passkeys.BeginRegistration(r.Context(),
		passkey.Ceremony{Purpose: passkey.SignUp, Note: a.ring.Seal(signUpNote+user.ID, note)}, user, nil)
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusOK, options)
}

// signUpNote binds a sealed note to its user.
const signUpNote = "passkey sign-up:"

func (a *Auth) completePasskeySignUp(w http.ResponseWriter, r *web.Request) error {
	shown, err := credentialOf(r)
	if err != nil {
		return err
	}
	token := a.sessionToken(string(shown), r.Header.Get("Idempotency-Key"))
	session, err := a.signUpBy(w, r, shown, token)
	if err != nil {
		return a.answerAgain(w, r, token, err)
	}
	return a.answer(w, r, session)
}

// signUpBy registers somebody with a passkey and starts their first session.
func (a *Auth) signUpBy(w http.ResponseWriter, r *web.Request, shown json.RawMessage, token string) (entered, error) {
	made, err := a.passkeys.FinishRegistration(r.Context(), passkey.SignUp, "", shown)
	if err != nil {
		return entered{}, err
	}
	note, err := a.ring.Open(signUpNote+made.User, made.Note)
	if err != nil {
		return entered{}, fmt.Errorf("auth: the note of a sign-up cannot be opened: %w", err)
	}
	var who newcomer
	if err := json.Unmarshal(note, &who); err != nil {
		return entered{}, err
	}
	// First, so that what fails can be tried again: a link for nobody changes nothing.
	if err := a.mailConfirmation(r, made.User, who.Email); err != nil {
		return entered{}, err
	}
	session, err := a.enter(w, r, entry{
		Method: "passkey", Level: levelOf(made.Credential.UserVerified), Proofs: []Proof{Proof(made.Proof)},
		NewID: made.User, Email: who.Email, Name: who.Name, NewKey: &made.Credential, Token: token,
	})
	return session, overtaken(err)
}
