package auth

import (
	"slices"

	"github.com/composable-go/composable/store"
)

// ErrNoDevice refuses what is asked of a device that the user does not have.
var ErrNoDevice = store.Refuse(store.NotFound, "not_found", "there is no such device")

// maxDevices is how many devices a user's state remembers.
const maxDevices = 100

// seeDevice notes where a sign-in comes from. The owner of an account is told of a
// device that was not seen before, though not of the one that they registered with, and
// not twice when the sign-in is risky besides.
func (u *User) seeDevice(a SignIn, env store.Env) store.Effects {
	d := a.Device
	effects := store.Effects{store.Record(DeviceSeen{ID: d.ID, Name: d.Name})}
	if alert := u.alert(a, env); len(alert) > 0 {
		return append(effects, alert...)
	}
	if _, known := u.Devices[d.ID]; known || u.ID == "" || !u.EmailVerified {
		return effects
	}
	return append(effects, Notice{Kind: "new_device", User: u.ID, To: u.Address, Details: d.Details, At: env.Now})
}

func (u *User) trustDevice(a TrustDevice) (store.Effects, error) {
	device, ok := u.Devices[a.ID]
	if !ok {
		return nil, ErrNoDevice
	}
	if device.Trusted {
		return nil, nil
	}
	return store.Effects{store.Record(DeviceTrusted(a))}, nil
}

// revokeDevice forgets a device, so that it is new when it is seen again.
func (u *User) revokeDevice(a RevokeDevice) (store.Effects, error) {
	if _, ok := u.Devices[a.ID]; !ok {
		return nil, ErrNoDevice
	}
	ended, err := u.revoke(slices.DeleteFunc(u.sessionsBut(""), func(id string) bool { return u.Sessions[id].Device != a.ID })...)
	return append(ended, store.Record(DeviceRevoked(a))), err
}
