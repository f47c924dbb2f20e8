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

func (a *Auth) beginStepUp(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Action    string          `json:"action"`
		Arguments json.RawMessage `json:"arguments"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	const longest = 200
	var v web.Validation
	v.Check(body.Action != "", "action", "is missing")
	v.Check(len(body.Action) <= longest, "action", "must have at most %d bytes", longest)
	if err := v.Err(); err != nil {
		return err
	}
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	if len(user.State.Passkeys) == 0 {
		return ErrNoPasskeys
	}
	digest, err := Digest(body.Action, body.Arguments)
	if err != nil {
		return err
	}
	want := intention{Session: r.Actor().Session, Action: body.Action, Digest: digest, Nonce: make([]byte, 32)}
	_, _ = rand.Read(want.Nonce) // never fails
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
	proved, err := a.assertion(r, passkey.StepUp, r.Actor().ID)
	if err != nil {
		return err
	}
	var want intention
	if err := json.Unmarshal([]byte(proved.Note), &want); err != nil {
		return fmt.Errorf("auth: the note of a step-up is malformed: %w", err)
	}
	if want.Session != r.Actor().Session || !hmac.Equal(want.challenge(), proved.Challenge) {
		return passkey.ErrCeremony
	}
	command, err := a.stepUp(r, want, proved)
	if err != nil {
		return err
	}
	token := newToken()
	command.TokenHash = hash(token)
	if _, err := a.users.Send(r.Context(), r.Actor().ID, command); err != nil {
		return overtaken(err)
	}
	session, err := a.session(r.Context(), token)
	if errors.Is(err, ErrBadToken) { // the session is as it was: the reducer does not believe the count
		return ErrRollback
	}
	if err != nil {
		return err
	}
	return a.answer(w, r, session)
}

func (a *Auth) stepUp(r *web.Request, want intention, proved passkey.Assertion) (StepUp, error) {
	user, key, err := a.self(r)
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
