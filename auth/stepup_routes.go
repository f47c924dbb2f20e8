package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/web"
)

// intention is what the ceremony of a step-up remembers.
type intention struct {
	Session string `json:"session"`
	Action  string `json:"action"`
	Digest  string `json:"digest"`
	Nonce   []byte `json:"nonce"`
}

// challenge binds what the passkey signs to the action and its arguments.
func (i intention) challenge() []byte {
	mac := hmac.New(sha256.New, i.Nonce)
	mac.Write([]byte(i.Digest))
	return mac.Sum(nil)
}

// intentionOf reads what the sender of a request wants to confirm.
func intentionOf(r *web.Request) (want intention, err error) {
	var body struct {
		Action    string          `json:"action"`
		Arguments json.RawMessage `json:"arguments"`
	}
	if err := r.JSON(&body); err != nil {
		return want, err
	}
	const longest = 200
	var v web.Validation
	v.Check(body.Action != "", "action", "is missing")
	v.Check(len(body.Action) <= longest, "action", "must have at most %d bytes", longest)
	if err := v.Err(); err != nil {
		return want, err
	}
	want = intention{Session: r.Actor().Session, Action: body.Action, Nonce: make([]byte, 32)}
	_, _ = rand.Read(want.Nonce) // never fails
	want.Digest, err = Digest(body.Action, body.Arguments)
	return want, err
}

func (a *Auth) beginStepUp(w http.ResponseWriter, r *web.Request) error {
	want, err := intentionOf(r)
	if err != nil {
		return err
	}
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	if len(user.State.Passkeys) == 0 {
		return ErrNoPasskeys
	}
	note, err := json.Marshal(want)
	if err != nil {
		return err
	}
	ceremony := passkey.Ceremony{Purpose: passkey.StepUp, Owner: r.Actor().ID, Note: string(note)}
	options, err := a.passkeys.BeginConfirmation(r.Context(), ceremony, credentials(user.State), want.challenge())
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusOK, options)
}

// completeStepUp answers with the same session, whose token is another from now on.
func (a *Auth) completeStepUp(w http.ResponseWriter, r *web.Request) error {
	shown, err := credentialOf(r)
	if err != nil {
		return err
	}
	token := a.sessionToken(string(shown), r.Header.Get("Idempotency-Key"))
	session, err := a.raiseBy(r, shown, token)
	if err != nil {
		return a.answerAgain(w, r, token, err)
	}
	return a.answer(w, r, session)
}

// raiseBy raises the session of the request by the passkey that is shown.
func (a *Auth) raiseBy(r *web.Request, shown json.RawMessage, token string) (entered, error) {
	proved, err := a.assertion(r, "step_up", passkey.StepUp, r.Actor().ID, shown)
	if err != nil {
		return entered{}, err
	}
	var want intention
	if err := json.Unmarshal([]byte(proved.Note), &want); err != nil {
		return entered{}, fmt.Errorf("auth: the note of a step-up is malformed: %w", err)
	}
	if want.Session != r.Actor().Session || !hmac.Equal(want.challenge(), proved.Challenge) {
		return entered{}, passkey.ErrCeremony
	}
	command, err := a.stepUp(r, want, proved)
	if err != nil {
		return entered{}, err
	}
	command.TokenHash = hash(token)
	if _, err := a.users.Send(r.Context(), r.Actor().ID, command); err != nil {
		return entered{}, overtaken(err)
	}
	session, err := a.session(r.Context(), token)
	if errors.Is(err, ErrBadToken) { // the session is as it was: the reducer does not believe the count
		return entered{}, ErrRollback
	}
	return session, err
}

func (a *Auth) stepUp(r *web.Request, want intention, proved passkey.Assertion) (StepUp, error) {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return StepUp{}, err
	}
	alert, err := letterAbout(r, user, key, proved.CredentialID)
	if err != nil {
		return StepUp{}, err
	}
	claim, err := a.claimOf(user, key)
	return StepUp{
		Session: want.Session, Action: want.Action, Digest: want.Digest,
		Passkey: *useOf(proved), Proof: Proof(proved.Proof), Claim: claim, Alert: alert,
	}, err
}
