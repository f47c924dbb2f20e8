package passkey

import (
	"encoding/base64"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
)

// User is who a passkey is made for. Name and DisplayName are shown by whatever
// keeps the passkey, and sent to it only.
type User struct {
	ID          string // at most 64 bytes, says nothing about a person
	Name        string // tells accounts apart: an address
	DisplayName string
}

// Credential is what a relying party keeps of a passkey.
type Credential struct {
	ID             string   // base64url, as browsers write it
	PublicKey      []byte   // COSE
	AAGUID         string   // model of the authenticator, a UUID; zero when it does not say
	Transports     []string // "internal", "hybrid", "usb" …
	SignCount      uint32   // 0 for ever in synced keychains
	UserVerified   bool     // it was unlocked, by PIN or biometrics, when it was made
	BackupEligible bool     // it can be synced; never changes
	BackedUp       bool     // it was synced when it was made
}

// account is the [webauthn.User] of one ceremony.
type account struct {
	User
	credentials []webauthn.Credential
}

func (a account) WebAuthnID() []byte                         { return []byte(a.ID) }
func (a account) WebAuthnName() string                       { return a.Name }
func (a account) WebAuthnDisplayName() string                { return a.DisplayName }
func (a account) WebAuthnCredentials() []webauthn.Credential { return a.credentials }

func made(c *webauthn.Credential) (Credential, error) {
	model, err := uuid.FromBytes(c.Authenticator.AAGUID)
	if err != nil {
		return Credential{}, err
	}
	return Credential{
		ID: base64.RawURLEncoding.EncodeToString(c.ID), PublicKey: c.PublicKey,
		AAGUID: model.String(), Transports: transports(c), SignCount: c.Authenticator.SignCount,
		UserVerified: c.Flags.UserVerified, BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}, nil
}

// transports are those that the client names, which may be of the future. Nobody vouches
// for them, so they are few and short.
func transports(c *webauthn.Credential) []string {
	const most, longest = 10, 20
	list := []string{}
	for _, t := range c.Transport {
		if len(list) < most && len(t) <= longest {
			list = append(list, string(t))
		}
	}
	return list
}

// record is the credential in the library's form, as far as an assertion needs it.
func (c Credential) record() (webauthn.Credential, error) {
	id, err := base64.RawURLEncoding.DecodeString(c.ID)
	return webauthn.Credential{
		ID: id, PublicKey: c.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: c.BackupEligible},
	}, err
}

// descriptors names credentials to a browser.
func descriptors(credentials []Credential) ([]protocol.CredentialDescriptor, error) {
	list := make([]protocol.CredentialDescriptor, len(credentials))
	for i, c := range credentials {
		record, err := c.record()
		if err != nil {
			return nil, err
		}
		list[i] = protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: record.ID}
		for _, t := range c.Transports {
			list[i].Transport = append(list[i].Transport, protocol.AuthenticatorTransport(t))
		}
	}
	return list, nil
}
