package passkey

import (
	"context"
	"encoding/base64"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// BeginLogin asks a browser for any passkey of this site, by autofill where the
// page wants it. The answer is for the browser, as JSON; what
// navigator.credentials.get takes are its members publicKey and mediation.
func (rp *RelyingParty) BeginLogin(ctx context.Context, c Ceremony) (*protocol.CredentialAssertion, error) {
	options, session, err := rp.webauthn.BeginDiscoverableMediatedLogin(protocol.MediationConditional)
	if err != nil {
		return nil, err
	}
	return options, rp.begin(ctx, c, session.Challenge, "", rp.verification)
}

// BeginConfirmation asks a browser for one of the owner's passkeys, unlocked, to
// sign a challenge that was made for the purpose. The challenge has at least 16
// bytes and is never used again.
func (rp *RelyingParty) BeginConfirmation(ctx context.Context, c Ceremony, passkeys []Credential, challenge []byte) (*protocol.CredentialAssertion, error) {
	allowed, err := descriptors(passkeys)
	if err != nil {
		return nil, err
	}
	options, session, err := rp.webauthn.BeginDiscoverableLogin(
		webauthn.WithChallenge(challenge),
		webauthn.WithAllowedCredentials(allowed),
		webauthn.WithUserVerification(protocol.VerificationRequired),
	)
	if err != nil {
		return nil, err
	}
	return options, rp.begin(ctx, c, session.Challenge, c.Owner, Required)
}

// Lookup finds a credential and the id of its user, or returns [ErrUnknown].
type Lookup func(ctx context.Context, credentialID string) (user string, c Credential, err error)

// Assertion is a ceremony that has proved that a user holds a passkey.
type Assertion struct {
	User         string // id of whose passkey it is
	CredentialID string
	SignCount    uint32 // as sent: to be compared with the last one
	UserVerified bool   // it was unlocked, by PIN or biometrics
	BackedUp     bool   // it is synced by now
	Challenge    []byte
	Note         string // of the [Ceremony]
	Proof        Proof
}

// FinishAssertion verifies what the browser made of the options of [BeginLogin] or
// [BeginConfirmation]: the JSON of a PublicKeyCredential. The errors are
// [ErrCeremony], [ErrUnknown], [ErrUnverified], [ErrInvalid], those of lookup and
// those of reading the row. With an error that came after lookup, the assertion has the
// User whose passkey it was not shown to be.
//
// [BeginLogin]: RelyingParty.BeginLogin
// [BeginConfirmation]: RelyingParty.BeginConfirmation
func (rp *RelyingParty) FinishAssertion(ctx context.Context, purpose Purpose, owner string, response []byte, lookup Lookup) (Assertion, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Assertion{}, refusal(err)
	}
	client, flags := parsed.Response.CollectedClientData, parsed.Response.AuthenticatorData.Flags
	proof := purpose.proof(client.Challenge)
	ceremony, err := rp.find(ctx, proof, owner)
	if err != nil {
		return Assertion{}, err
	}
	user, credential, err := lookup(ctx, parsed.ID)
	if err != nil {
		return Assertion{}, err
	}
	if err := unlocked(ceremony.Verification, flags); err != nil {
		return Assertion{User: user}, err
	}
	if err := rp.verify(ceremony, user, credential, parsed); err != nil {
		return Assertion{User: user}, refusal(err)
	}
	challenge, err := base64.RawURLEncoding.DecodeString(client.Challenge)
	return Assertion{
		User: user, CredentialID: credential.ID, SignCount: parsed.Response.AuthenticatorData.Counter,
		UserVerified: flags.HasUserVerified(), BackedUp: flags.HasBackupState(),
		Challenge: challenge, Note: ceremony.Note, Proof: proof,
	}, refusal(err)
}

// verify checks who signed, what, and for whom. Where nobody was named at the
// beginning the passkey itself must name its user.
func (rp *RelyingParty) verify(ceremony ceremonyRow, user string, c Credential, parsed *protocol.ParsedCredentialAssertionData) error {
	named := ceremony.User != ""
	if named && user != ceremony.User || !named && len(parsed.Response.UserHandle) == 0 {
		return ErrInvalid
	}
	record, err := c.record()
	if err != nil {
		return err
	}
	_, err = rp.webauthn.ValidateLogin(
		account{User: User{ID: user}, credentials: []webauthn.Credential{record}},
		webauthn.SessionData{
			Challenge: parsed.Response.CollectedClientData.Challenge, UserID: []byte(user),
			UserVerification: protocol.UserVerificationRequirement(ceremony.Verification),
		}, parsed)
	return err
}
