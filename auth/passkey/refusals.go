package passkey

import (
	"errors"

	"github.com/go-webauthn/webauthn/protocol"

	"github.com/composable-go/composable/store"
)

// Refusals of the second half of a ceremony.
var (
	// ErrCeremony is the answer to a challenge that was answered already, has
	// expired, or was made for another purpose or for somebody else.
	ErrCeremony = store.Refuse(store.BadRequest, "invalid_ceremony", "this passkey request was completed already or has expired; begin again")

	// ErrInvalid is the answer to a response that does not verify: made on another
	// site, or with another key, or changed on the way.
	ErrInvalid = store.Refuse(store.BadRequest, "invalid_passkey", "this passkey could not be verified")

	// ErrUnverified is the answer to a passkey that was touched but not unlocked,
	// where that is required.
	ErrUnverified = store.Refuse(store.BadRequest, "user_verification_required", "unlock the passkey by PIN or biometrics")

	// ErrUnknown is the answer to a passkey that belongs to nobody here; it may
	// have been removed.
	ErrUnknown = store.Refuse(store.BadRequest, "unknown_passkey", "this passkey is not known here; it may have been removed")
)

// refusal turns an error of the protocol into [ErrInvalid].
func refusal(err error) error {
	if _, typed := errors.AsType[*store.Refusal](err); typed || err == nil {
		return err
	}
	return ErrInvalid.Because(err)
}

// unlocked is an error when the policy asks for a verification that did not happen.
func unlocked(policy UserVerification, flags protocol.AuthenticatorFlags) error {
	if policy == Required && !flags.HasUserVerified() {
		return ErrUnverified
	}
	return nil
}
