package passkey

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// BeginRegistration asks a browser for a new passkey of the user, on none of the
// devices that hold one of those in exclude. The answer is for the browser, as
// JSON; what navigator.credentials.create takes is its member publicKey.
func (rp *RelyingParty) BeginRegistration(ctx context.Context, c Ceremony, user User, exclude []Credential) (*protocol.CredentialCreation, error) {
	excluded, err := descriptors(exclude)
	if err != nil {
		return nil, err
	}
	options, session, err := rp.webauthn.BeginRegistration(account{User: user}, webauthn.WithExclusions(excluded))
	if err != nil {
		return nil, err
	}
	return options, rp.begin(ctx, c, session.Challenge, user.ID, rp.verification)
}

// Registration is a ceremony that has made a passkey.
type Registration struct {
	User       string // id of whom the passkey is for
	Credential Credential
	Note       string // of the [Ceremony]
	Proof      Proof
}

// FinishRegistration verifies what the browser made of a registration's options:
// the JSON of a PublicKeyCredential. The errors are [ErrCeremony], [ErrUnverified],
// [ErrInvalid], and those of reading the row. Whether another user has the
// credential already is for the caller to find out.
func (rp *RelyingParty) FinishRegistration(ctx context.Context, purpose Purpose, owner string, response []byte) (Registration, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Registration{}, refusal(err)
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	proof := purpose.proof(challenge)
	ceremony, err := rp.find(ctx, proof, owner)
	if err != nil {
		return Registration{}, err
	}
	if err := unlocked(ceremony.Verification, parsed.Response.AttestationObject.AuthData.Flags); err != nil {
		return Registration{}, err
	}
	record, err := rp.webauthn.CreateCredential(account{User: User{ID: ceremony.User}}, webauthn.SessionData{
		Challenge: challenge, UserID: []byte(ceremony.User), CredParams: webauthn.CredentialParametersDefault(),
		UserVerification: protocol.UserVerificationRequirement(ceremony.Verification),
	}, parsed)
	if err != nil {
		return Registration{}, refusal(err)
	}
	credential, err := made(record)
	return Registration{User: ceremony.User, Credential: credential, Note: ceremony.Note, Proof: proof}, refusal(err)
}
