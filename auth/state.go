package auth

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/personal"
)

// User is the fold of a user's stream.
type User struct {
	ID            string
	Address       personal.Text // claimed by this user once it is verified
	EmailVerified bool
	Name          personal.Text
	Roles         []string // that were granted, in order
	RegisteredAt  time.Time
	ErasedAt      time.Time

	Sessions   map[string]Session // by id; those that have expired go when another starts
	Devices    map[string]Device  // by id
	Passkeys   map[string]Passkey // by id
	Identities map[string]Account // by provider
	Attempts   []Attempt          // the last [maxAttempts], the oldest first
}

// Session is what a user's stream knows of a session.
type Session struct {
	TokenHash   string
	Former      string // the hash of the token before, "" when there was none
	Device      string
	Place       personal.Text
	Method      string
	Level       int
	StartedAt   time.Time
	ExpiresAt   time.Time
	RaisedUntil time.Time // until when it is of [LevelStrong] after a step-up
}

// Device is a browser, or another client, that the user signed in with.
type Device struct {
	Name        personal.Text
	FirstSeenAt time.Time
	LastSeenAt  time.Time
	SignIns     int
	Trusted     bool // said so by the user
}

// Passkey is a way to sign in.
type Passkey struct {
	NewPasskey
	AddedAt    time.Time
	LastUsedAt time.Time
}

// Account is an account at a provider.
type Account struct {
	Account  personal.Text
	LinkedAt time.Time
}

// Attempt is somebody's attempt to sign in as the user.
type Attempt struct {
	At            time.Time
	OK            bool
	Method        string
	Device        string
	Circumstances personal.Text
}

// maxAttempts is how many attempts a user's state remembers.
const maxAttempts = 50

func (u *User) apply(event Action, now time.Time) {
	switch e := event.(type) {
	case UserRegistered:
		u.ID, u.Address, u.RegisteredAt = e.ID, e.Address, now
	case EmailVerified:
		u.Address, u.EmailVerified = e.Address, true
	case EmailChanged:
		u.Address, u.EmailVerified = e.Address, true
	case ProfileChanged:
		u.Name = e.Name
	case RoleGranted:
		u.Roles = append(u.Roles, e.Role)
		slices.Sort(u.Roles)
	case RoleRevoked:
		u.Roles = slices.DeleteFunc(u.Roles, func(role string) bool { return role == e.Role })
	case UserErased:
		*u = User{ID: u.ID, RegisteredAt: u.RegisteredAt, ErasedAt: now}
	default:
		u.applyWay(event, now)
	}
}

// applyWay applies events about ways to sign in.
func (u *User) applyWay(event Action, now time.Time) {
	switch e := event.(type) {
	case PasskeyRegistered:
		put(&u.Passkeys, e.Passkey.ID, Passkey{NewPasskey: e.Passkey, AddedAt: now})
	case PasskeyUsed:
		change(u.Passkeys, e.ID, func(p *Passkey) { p.SignCount, p.BackedUp, p.LastUsedAt = e.SignCount, e.BackedUp, now })
	case PasskeyRenamed:
		change(u.Passkeys, e.ID, func(p *Passkey) { p.Name = e.Name })
	case PasskeyRevoked:
		delete(u.Passkeys, e.ID)
	case IdentityLinked:
		put(&u.Identities, e.Provider, Account{Account: e.Account, LinkedAt: now})
	case IdentityUnlinked:
		delete(u.Identities, e.Provider)
	default:
		u.applySignIn(event, now)
	}
}

// applySignIn applies events about signing in.
func (u *User) applySignIn(event Action, now time.Time) {
	switch e := event.(type) {
	case UserLoggedIn:
		u.attempt(Attempt{At: now, OK: true, Method: e.Method, Device: e.Device, Circumstances: e.Circumstances})
	case LoginFailed:
		u.attempt(Attempt{At: now, Method: e.Method, Circumstances: e.Circumstances})
	case SessionStarted:
		maps.DeleteFunc(u.Sessions, func(_ string, s Session) bool { return !s.ExpiresAt.After(now) })
		put(&u.Sessions, e.ID, Session{
			TokenHash: e.TokenHash, Device: e.Device, Place: e.Place, Method: e.Method, Level: e.Level,
			StartedAt: now, ExpiresAt: e.ExpiresAt, RaisedUntil: e.RaisedUntil,
		})
	case SessionRefreshed:
		change(u.Sessions, e.ID, func(s *Session) { s.Former, s.TokenHash = s.TokenHash, e.TokenHash })
	case SessionRevoked:
		delete(u.Sessions, e.ID)
	case StepUpCompleted:
		change(u.Sessions, e.Session, func(s *Session) { s.RaisedUntil = e.Until })
	case DeviceSeen:
		u.see(e, now)
	case DeviceTrusted:
		change(u.Devices, e.ID, func(d *Device) { d.Trusted = true })
	case DeviceRevoked:
		delete(u.Devices, e.ID)
	}
}

func (u *User) attempt(a Attempt) {
	u.Attempts = append(u.Attempts, a)
	u.Attempts = u.Attempts[max(0, len(u.Attempts)-maxAttempts):]
}

// see remembers a device; of too many, the one that was not seen for longest is forgotten.
func (u *User) see(e DeviceSeen, now time.Time) {
	seen := u.Devices[e.ID]
	if seen.SignIns == 0 {
		seen.FirstSeenAt = now
	}
	seen.Name, seen.LastSeenAt, seen.SignIns = e.Name, now, seen.SignIns+1
	put(&u.Devices, e.ID, seen)
	if len(u.Devices) > maxDevices {
		delete(u.Devices, slices.MinFunc(slices.Collect(maps.Keys(u.Devices)), func(a, b string) int {
			return cmp.Or(u.Devices[a].LastSeenAt.Compare(u.Devices[b].LastSeenAt), cmp.Compare(a, b))
		}))
	}
}

// put sets an entry of a map that may not have been made yet.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// change changes an entry, if it is there.
func change[V any](m map[string]V, key string, do func(*V)) {
	if value, ok := m[key]; ok {
		do(&value)
		m[key] = value
	}
}
