package auth

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
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
	shown, err := credentialOf(r)
	if err != nil {
		return err
	}
	token := a.sessionToken(string(shown), r.Header.Get("Idempotency-Key"))
	session, err := a.loginBy(w, r, shown, token)
	if err != nil {
		return a.answerAgain(w, r, token, err)
	}
	return a.answer(w, r, session)
}

// loginBy starts a session, under the token, for whose passkey it is.
func (a *Auth) loginBy(w http.ResponseWriter, r *web.Request, shown json.RawMessage, token string) (entered, error) {
	proved, err := a.assertion(r, "passkey", passkey.Login, "", shown)
	if err != nil {
		return entered{}, err
	}
	user, key, err := a.person(r.Context(), proved.User)
	if err != nil {
		return entered{}, err
	}
	if err := a.isWhoWasMeant(user, key, proved.Note); err != nil {
		a.failed(r, failure{Method: "passkey", UserID: proved.User, Err: err})
		return entered{}, err
	}
	alert, err := letterAbout(r, user, key, proved.CredentialID)
	if err != nil {
		return entered{}, err
	}
	session, err := a.enter(w, r, entry{
		Method: "passkey", Level: levelOf(proved.UserVerified), UserID: proved.User, Proofs: []Proof{Proof(proved.Proof)},
		Passkey: useOf(proved), Alert: alert, Token: token,
	})
	if errors.Is(err, ErrBadToken) { // no session was started: the reducer does not believe the count
		a.failed(r, failure{Method: "passkey", Tried: proved.User, Err: ErrRollback})
		return entered{}, ErrRollback
	}
	return session, overtaken(err)
}

// isWhoWasMeant compares the user's address to the one a sign-in began with, if any.
func (a *Auth) isWhoWasMeant(u User, key *personal.Key, meant string) error {
	address, err := key.Open("email", u.Address)
	if err == nil && meant != "" && meant != a.addressClaim(address) {
		err = ErrOtherAccount
	}
	return err
}

// credentialOf reads what the browser made of a ceremony's options.
func credentialOf(r *web.Request) (json.RawMessage, error) {
	var body struct {
		Credential json.RawMessage `json:"credential"`
	}
	err := r.JSON(&body)
	return body.Credential, err
}

// idOf is the id that a credential claims to have, "" for what is none.
func idOf(shown json.RawMessage) string {
	var credential struct{ ID string }
	_ = json.Unmarshal(shown, &credential)
	return credential.ID
}

// assertion verifies the passkey that is shown, and notes when it does not prove what the
// method wants.
func (a *Auth) assertion(r *web.Request, method string, purpose passkey.Purpose, owner string, shown json.RawMessage) (passkey.Assertion, error) {
	proved, err := a.passkeys.FinishAssertion(r.Context(), purpose, owner, shown, a.findPasskey)
	if err != nil {
		a.failed(r, failure{Method: method, UserID: cmp.Or(owner, proved.User), Tried: idOf(shown), Err: err})
	}
	return proved, err
}

// answerAgain answers a request that is repeated, because its answer was lost, with the
// session that it started or raised the first time. Its token is made of the request, so
// that no other leads there.
func (a *Auth) answerAgain(w http.ResponseWriter, r *web.Request, token string, refusal error) error {
	if !errors.Is(refusal, passkey.ErrCeremony) {
		return refusal
	}
	session, err := a.session(r.Context(), token)
	if errors.Is(err, ErrBadToken) {
		return refusal
	}
	if err != nil {
		return err
	}
	return a.answer(w, r, session)
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
