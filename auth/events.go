package auth

import (
	"time"

	"github.com/composable-go/composable/auth/personal"
)

// Events about the person.
type (
	// UserRegistered is a user's first event.
	UserRegistered struct {
		ID      string
		Address personal.Text // "" when none was given
	}

	// EmailVerified says that the user has proved to read mail for the address.
	EmailVerified struct{ Address personal.Text }

	// EmailChanged says that another address, which was proved, is the user's.
	EmailChanged struct{ Address personal.Text }

	// ProfileChanged holds the profile as it is from now on.
	ProfileChanged struct{ Name personal.Text }

	// RoleGranted gives a role.
	RoleGranted struct{ Role string }

	// RoleRevoked takes it away.
	RoleRevoked struct{ Role string }

	// UserErased is a user's last event: what personal texts say is gone.
	UserErased struct{ ID string }
)

// Events about signing in.
type (
	// UserLoggedIn says how the user proved who they are, and what was thought of it.
	UserLoggedIn struct {
		Method        string
		Level         int
		Session       string
		Device        string
		Circumstances personal.Text
		Risk          Risk
	}

	// LoginFailed says that somebody did not prove that they are the user or, where
	// there was a Risk, that their proof was refused.
	LoginFailed struct {
		Method        string
		Reason        string
		Circumstances personal.Text
		Risk          Risk
	}

	// SessionStarted begins a session. The hash of its token leads to the
	// session's row and to nothing else.
	SessionStarted struct {
		ID        string
		TokenHash string
		Device    string
		Place     personal.Text
		Method    string
		Level     int
		ExpiresAt time.Time // however much it is used

		RaisedUntil time.Time `json:",omitzero"` // until when it is of [LevelStrong]
	}

	// SessionRefreshed gives a session another token.
	SessionRefreshed struct{ ID, TokenHash string }

	// SessionRevoked ends a session before its time. ID is what [store.Actor]
	// carries as Session.
	SessionRevoked struct{ ID string }

	// DeviceSeen says that the user signed in from a device.
	DeviceSeen struct {
		ID   string
		Name personal.Text
	}

	// DeviceTrusted says that the user takes the device for their own.
	DeviceTrusted struct{ ID string }

	// DeviceRevoked says that the user knows the device no more.
	DeviceRevoked struct{ ID string }

	// StepUpCompleted is the proof that a session's owner wants an action. Until then
	// the session is of a higher level.
	StepUpCompleted struct {
		Session string
		Action  string
		Digest  string
		Passkey string
		Until   time.Time
	}
)

// Events about ways to sign in.
type (
	// PasskeyRegistered adds a passkey.
	PasskeyRegistered struct{ Passkey NewPasskey }

	// PasskeyUsed holds what the passkey said of itself.
	PasskeyUsed PasskeyUse

	// PasskeyRenamed holds its name from now on.
	PasskeyRenamed struct {
		ID   string
		Name personal.Text
	}

	// PasskeyRevoked takes a passkey away.
	PasskeyRevoked struct{ ID string }

	// CounterRollbackDetected says that a passkey counted backwards: it may have been
	// copied.
	CounterRollbackDetected struct {
		ID               string
		Stored, Received uint32
	}

	// IdentityLinked adds an account at a provider.
	IdentityLinked struct {
		Provider string
		Account  personal.Text
	}

	// IdentityUnlinked takes it away.
	IdentityUnlinked struct{ Provider string }
)

func (UserRegistered) user()          {}
func (EmailVerified) user()           {}
func (EmailChanged) user()            {}
func (ProfileChanged) user()          {}
func (RoleGranted) user()             {}
func (RoleRevoked) user()             {}
func (UserErased) user()              {}
func (UserLoggedIn) user()            {}
func (LoginFailed) user()             {}
func (SessionStarted) user()          {}
func (SessionRefreshed) user()        {}
func (SessionRevoked) user()          {}
func (DeviceSeen) user()              {}
func (DeviceTrusted) user()           {}
func (DeviceRevoked) user()           {}
func (StepUpCompleted) user()         {}
func (PasskeyRegistered) user()       {}
func (PasskeyUsed) user()             {}
func (PasskeyRenamed) user()          {}
func (PasskeyRevoked) user()          {}
func (CounterRollbackDetected) user() {}
func (IdentityLinked) user()          {}
func (IdentityUnlinked) user()        {}
