package auth

import (
	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
)

// Action is what can happen in a user's stream.
type Action interface{ user() }

// Commands.
type (
	// SignIn lets somebody in who has proved who they are. A stream without events
	// becomes the user.
	SignIn struct {
		UserID  string    // the stream's key
		Key     store.Row // of the personal key, when the user may be new
		Address Address
		Proved  bool // the address was proved to be theirs just now
		Name    personal.Text
		Method  string // "magic_link", "passkey", or "oauth:" and the provider
		Level   int
		Proofs  []Proof

		Identity *Identity     // to be linked
		NewKey   *NewPasskey   // to be added
		Passkey  *PasskeyUse   // that proved it
		Alert    personal.Text // "notice", for the case that the passkey was copied

		TokenHash     string // of the session to be started: hex SHA-256
		Device        Sighting
		Circumstances personal.Text
		Risk          Risk
		Warning       personal.Text // "notice": what a mail to the owner tells, should it be risky
	}

	// FailLogin notes that somebody failed to prove that they are the user.
	FailLogin struct {
		Method        string
		Reason        string // a refusal's code
		Circumstances personal.Text
		Risk          Risk
	}

	// RefreshSession gives a session another token.
	RefreshSession struct {
		ID              string
		From, TokenHash string // the token's that is followed, and the one's that follows it
		Claim           string // what the session's row knows
		Confirmed       store.Confirmation
	}

	// RevokeSession ends one session.
	RevokeSession struct{ ID string }

	// RevokeOtherSessions ends all sessions but one.
	RevokeOtherSessions struct{ Keep string }

	// TrustDevice says that the device is the user's own.
	TrustDevice struct{ ID string }

	// RevokeDevice forgets a device and ends its sessions.
	RevokeDevice struct{ ID string }

	// ChangeProfile changes what a user says about themselves.
	ChangeProfile struct{ Name personal.Text }

	// ChangeAddress makes an address, which was just proved, the user's: another one, or
	// for the first time that which they signed up with.
	ChangeAddress struct {
		From, To    Address
		Proof       Proof
		EndSessions bool // the user's rights come with the address
	}

	// AddPasskey adds a way to sign in.
	AddPasskey struct {
		Passkey NewPasskey
		Proof   Proof
		Details personal.Text // of the letter about it
	}

	// RenamePasskey changes what its owner calls a passkey.
	RenamePasskey struct {
		ID   string
		Name personal.Text
	}

	// RemovePasskey takes a way to sign in away, unless it is the last.
	RemovePasskey struct {
		ID      string
		Details personal.Text // of the letter about it
	}

	// StepUp raises the level of a session, for one action that a passkey confirmed.
	StepUp struct {
		Session   string
		Action    string
		Digest    string // of the action and its arguments
		Passkey   PasskeyUse
		Alert     personal.Text // "notice", for the case that the passkey was copied
		Proof     Proof
		TokenHash string // the session's from now on
		Claim     string // of the user's address, if it was proved
	}

	// LinkIdentity adds an account elsewhere as a way to sign in.
	LinkIdentity struct{ Identity Identity }

	// UnlinkIdentity takes it away, unless it is the last way.
	UnlinkIdentity struct {
		Provider, Claim string
		Token           string // to be revoked there, sealed; "" for none
	}

	// GrantRole gives the user a role and ends their sessions.
	GrantRole struct{ Role string }

	// RevokeRole takes a role away and ends the user's sessions.
	RevokeRole struct{ Role string }

	// Erase deletes the account and with it all that can be read about the user.
	Erase struct {
		Address    Address
		Identities []UnlinkIdentity
		Farewell   string // the address, sealed by the servers
	}
)

// Proof names a row that is taken, so that what it proves counts once.
type Proof struct{ Kind, Key string }

// Address is an e-mail address: sealed, and as the unique name by which it belongs to
// one user, which does not tell the address.
type Address struct {
	Text  personal.Text
	Claim string
}

// Identity is an account at a provider.
type Identity struct {
	Provider string
	Account  personal.Text // issuer, subject and address there
	Claim    string        // unique name of issuer and subject, which does not tell them
	Notice   personal.Text // what the owner is told when it is linked
}

// Sighting is a device that was seen.
type Sighting struct {
	ID      string        // hash of its cookie
	Name    personal.Text // for people: "Firefox on Linux"
	Place   personal.Text // where it is
	Details personal.Text // "notice": what the letter about a new device tells
}

// Risk is what was thought of an attempt to sign in.
type Risk struct {
	Score   int      `json:",omitempty"` // 0 to 100
	Level   string   `json:",omitempty"`
	Factors []string `json:",omitempty"`

	Response string `json:",omitempty"` // what the policy asked for; without a passkey there is no step-up
}

// NewPasskey is a passkey as it registers.
type NewPasskey struct {
	ID         string // of the credential, base64url
	Name       personal.Text
	PublicKey  []byte // COSE
	AAGUID     string
	Transports []string
	SignCount  uint32

	UserVerified, BackupEligible, BackedUp bool
}

// PasskeyUse is what a passkey says of itself as it is used.
type PasskeyUse struct {
	ID        string
	SignCount uint32
	BackedUp  bool
}

func (SignIn) user()              {}
func (FailLogin) user()           {}
func (RefreshSession) user()      {}
func (RevokeSession) user()       {}
func (RevokeOtherSessions) user() {}
func (TrustDevice) user()         {}
func (RevokeDevice) user()        {}
func (ChangeProfile) user()       {}
func (ChangeAddress) user()       {}
func (AddPasskey) user()          {}
func (RenamePasskey) user()       {}
func (RemovePasskey) user()       {}
func (StepUp) user()              {}
func (LinkIdentity) user()        {}
func (UnlinkIdentity) user()      {}
func (GrantRole) user()           {}
func (RevokeRole) user()          {}
func (Erase) user()               {}

// Actions implements [store.Reducer].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{
			SignIn{},
			FailLogin{},
			RefreshSession{},
			RevokeSession{},
			RevokeOtherSessions{},
			TrustDevice{},
			RevokeDevice{},
			ChangeProfile{},
			ChangeAddress{},
			AddPasskey{},
			RenamePasskey{},
			RemovePasskey{},
			StepUp{},
			LinkIdentity{},
			UnlinkIdentity{},
			KeepProviderToken{},
			GrantRole{},
			RevokeRole{},
			Erase{},
		},
		Events: []Action{
			UserRegistered{},
			EmailVerified{},
			EmailChanged{},
			ProfileChanged{},
			RoleGranted{},
			RoleRevoked{},
			UserErased{},
			UserLoggedIn{},
			LoginFailed{},
			SessionStarted{},
			SessionRefreshed{},
			SessionRevoked{},
			DeviceSeen{},
			DeviceTrusted{},
			DeviceRevoked{},
			StepUpCompleted{},
			PasskeyRegistered{},
			PasskeyUsed{},
			PasskeyRenamed{},
			PasskeyRevoked{},
			CounterRollbackDetected{},
			IdentityLinked{},
			IdentityUnlinked{},
		},
		Results: []Action{ProviderTokenDue{}, ProviderTokenRefreshed{}},
		Refusals: []*store.Refusal{
			ErrNoSession, ErrTokenReplaced, ErrBadToken, ErrLevel, ErrNoDevice, errRole, errRateLimited,
			magiclink.ErrInvalidToken, magiclink.ErrWrongCode, personal.ErrErased, errNotFresh,
			ErrAlreadyLinked, ErrNotLinked, ErrNoProviderToken,
			passkey.ErrCeremony, passkey.ErrInvalid, passkey.ErrUnverified, passkey.ErrUnknown,
			ErrNoPasskey, ErrLastWayIn, ErrRollback, ErrOtherAccount, ErrNoPasskeys,
			ErrSignInRefused, ErrPasskeyRequired,
		},
	}
}
