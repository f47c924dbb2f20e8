package passkey

import (
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/composable-go/composable/store"
)

// Life is how long a ceremony can be completed.
const Life = 5 * time.Minute

// UserVerification says whether a passkey must be unlocked, by PIN or biometrics.
type UserVerification string

// Policies of user verification.
const (
	Required    UserVerification = "required"    // an answer without it is [ErrUnverified]
	Preferred   UserVerification = "preferred"   // where the device can
	Discouraged UserVerification = "discouraged" // touching it is enough
)

// Options of [New]. All but UserVerification are required.
type Options struct {
	ID      string   // domain that the passkeys belong to: "box.example", without port
	Name    string   // of the application, for people
	Origins []string // where its pages are: "https://box.example"

	UserVerification UserVerification // at registration and sign-in; Preferred when empty
}

// RelyingParty is the site that passkeys are made for.
type RelyingParty struct {
	rt           *store.Runtime
	webauthn     *webauthn.WebAuthn
	verification UserVerification
}

// New returns the relying party. Its ceremonies are rows of the runtime. The error
// says which option is unusable.
func New(rt *store.Runtime, o Options) (*RelyingParty, error) {
	switch o.UserVerification {
	case "":
		o.UserVerification = Preferred
	case Required, Preferred, Discouraged:
	default:
		return nil, fmt.Errorf("passkey: Options.UserVerification is %q; it must be required, preferred or discouraged", o.UserVerification)
	}
	wait := webauthn.TimeoutConfig{Timeout: Life, TimeoutUVD: Life}
	w, err := webauthn.New(&webauthn.Config{
		RPID: o.ID, RPDisplayName: o.Name, RPOrigins: o.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.UserVerificationRequirement(o.UserVerification),
		},
		Timeouts: webauthn.TimeoutsConfig{Login: wait, Registration: wait},
		// Some password managers answer extensions that nobody asked for.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, err
	}
	return &RelyingParty{rt: rt, webauthn: w, verification: o.UserVerification}, nil
}

// ID is the domain that the passkeys belong to.
func (rp *RelyingParty) ID() string { return rp.webauthn.Config.RPID }
