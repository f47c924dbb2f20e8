package authtest

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/descope/virtualwebauthn"
)

// Authenticator is a browser's passkeys in software: [Authenticator.Create] and
// [Authenticator.Get] stand for navigator.credentials. Its fields may be changed
// between two uses. It is for one goroutine at a time.
type Authenticator struct {
	Origin string // of the page that it is used on: "https://box.example"
	RPID   string // domain it signs for; "": the one it is asked for

	Locked         bool // it is touched, but not unlocked by PIN or biometrics
	BackupEligible bool // its passkeys can be synced
	BackedUp       bool // they are

	SignCount uint32 // sent with the next signature
	Counting  bool   // each signature adds one; else the count stays, as 0 does in synced keychains

	AAGUID     [16]byte // its model
	Transports []string // how it is reached: "internal", "usb" …

	passkeys []passkey
}

type passkey struct {
	virtualwebauthn.Credential
	rpID   string
	handle string // of the user
}

// NewAuthenticator returns an authenticator of this device, unlocked by
// biometrics, whose passkeys are synced and not counted.
func NewAuthenticator(origin string) *Authenticator {
	return &Authenticator{
		Origin: origin, BackupEligible: true, BackedUp: true, Transports: []string{"internal", "hybrid"},
	}
}

// ErrNoPasskey is a browser's answer when the authenticator has none that is asked
// for.
var ErrNoPasskey = errors.New("authtest: the authenticator holds no such passkey")

// ErrExcluded is a browser's answer when the authenticator holds a passkey that the
// new one must not stand beside.
var ErrExcluded = errors.New("authtest: the authenticator holds a passkey of this user already")

// Create makes a passkey from the options that a server begins a registration with,
// as JSON, and returns what the browser would send back.
func (a *Authenticator) Create(options []byte) (response json.RawMessage, err error) {
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		return nil, err
	}
	for _, p := range a.passkeys {
		if p.IsExcludedForAttestation(*asked) {
			return nil, ErrExcluded
		}
	}
	made := passkey{newCredential(), asked.RelyingPartyID, asked.UserID}
	made.Counter = a.count()
	a.passkeys = append(a.passkeys, made)
	answer := virtualwebauthn.CreateAttestationResponse(a.party(made), a.model(made), made.Credential, *asked)
	return a.withTransports(answer)
}

// Get signs the options that a server begins an assertion with, as JSON, by the
// newest passkey that fits, and returns what the browser would send back.
func (a *Authenticator) Get(options []byte) (response json.RawMessage, err error) {
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Backward(a.passkeys) {
		if p.rpID == asked.RelyingPartyID && (len(asked.AllowCredentials) == 0 || p.IsAllowedForAssertion(*asked)) {
			p.Counter = a.count()
			return json.RawMessage(virtualwebauthn.CreateAssertionResponse(a.party(p), a.model(p), p.Credential, *asked)), nil
		}
	}
	return nil, ErrNoPasskey
}

// newCredential draws keys until both coordinates have 32 bytes: the library writes
// smaller ones without their leading zeros, which no server takes.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of the public key
	for {
		c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

func (a *Authenticator) count() uint32 {
	count := a.SignCount
	if a.Counting {
		a.SignCount++
	}
	return count
}

func (a *Authenticator) party(p passkey) virtualwebauthn.RelyingParty {
	id := p.rpID
	if a.RPID != "" {
		id = a.RPID
	}
	return virtualwebauthn.RelyingParty{ID: id, Origin: a.Origin}
}

func (a *Authenticator) model(p passkey) virtualwebauthn.Authenticator {
	return virtualwebauthn.Authenticator{Aaguid: a.AAGUID, Options: virtualwebauthn.AuthenticatorOptions{
		UserHandle: []byte(p.handle), UserNotVerified: a.Locked,
		BackupEligible: a.BackupEligible, BackupState: a.BackedUp,
	}}
}

func (a *Authenticator) withTransports(answer string) (json.RawMessage, error) {
	var credential map[string]any
	if err := json.Unmarshal([]byte(answer), &credential); err != nil {
		return nil, err
	}
	response, _ := credential["response"].(map[string]any)
	response["transports"] = a.Transports
	return json.Marshal(credential)
}
