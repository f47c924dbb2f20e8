package auth

import (
	"time"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/store"
)

// Action is what can happen in a user's stream.
type Action interface{ user() }

// Commands.
type (
	// SignIn lets somebody in who has proved that Email is theirs. A stream
	// without events becomes the user.
	SignIn struct {
		UserID    string // the stream's key
		Email     string // normalised
		Method    string // "magic_link"
		Proof     Proof
		TokenHash string // of the session to be started: hex SHA-256
		Device    string // for people: "Firefox on Linux"
	}

	// RevokeSession ends one session.
	RevokeSession struct{ ID string }

	// RevokeOtherSessions ends all sessions but one.
	RevokeOtherSessions struct{ Keep string }

	// ChangeProfile changes what a user says about themselves.
	ChangeProfile struct{ Name string }
)

// Proof names the row that a sign-in takes, so that it counts once.
type Proof struct{ Kind, Key string }

// Events.
type (
	// UserRegistered is a user's first event.
	UserRegistered struct{ ID, Email string }

	// EmailVerified says that the user has proved to read mail for the address.
	EmailVerified struct{ Email string }

	// UserLoggedIn says how the user proved who they are.
	UserLoggedIn struct{ Method string }

	// SessionStarted begins a session. The hash of its token leads to the
	// session's row and to nothing else.
	SessionStarted struct {
		ID        string
		TokenHash string
		Device    string
		ExpiresAt time.Time
	}

	// SessionRevoked ends a session before its time. ID is what [store.Actor]
	// carries as Session.
	SessionRevoked struct{ ID string }

	// ProfileChanged holds the profile as it is from now on.
	ProfileChanged struct{ Name string }
)

func (SignIn) user()              {}
func (RevokeSession) user()       {}
func (RevokeOtherSessions) user() {}
func (ChangeProfile) user()       {}
func (UserRegistered) user()      {}
func (EmailVerified) user()       {}
func (UserLoggedIn) user()        {}
func (SessionStarted) user()      {}
func (SessionRevoked) user()      {}
func (ProfileChanged) user()      {}

// Actions implements [store.Reducer].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{SignIn{}, RevokeSession{}, RevokeOtherSessions{}, ChangeProfile{}},
		Events:   []Action{UserRegistered{}, EmailVerified{}, UserLoggedIn{}, SessionStarted{}, SessionRevoked{}, ProfileChanged{}},
		Refusals: []*store.Refusal{
			ErrNoSession, ErrBadToken, errRateLimited, magiclink.ErrInvalidToken,
			passkey.ErrCeremony, passkey.ErrInvalid, passkey.ErrUnverified, passkey.ErrUnknown,
		},
	}
}
