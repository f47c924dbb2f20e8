package auth_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type deviceItem struct {
	ID          string
	Name        string
	Trust       auth.Trust
	FirstSeenAt time.Time `json:"first_seen_at"`
	LastSeenAt  time.Time `json:"last_seen_at"`
	Sessions    int
	Current     bool
}

func (s *site) devices(t *testing.T, as authtest.Session) []deviceItem {
	t.Helper()
	var list struct{ Items []deviceItem }
	s.do(t, http.MethodGet, "/auth/devices", "", as.Authorize).want(t, http.StatusOK).decode(t, &list)
	return list.Items
}

// signInFrom signs in from a device that has been seen, or a new one, and returns what
// it is recognised by.
func (s *site) signInFrom(t *testing.T, device func(*http.Request), address string) (authtest.Session, func(*http.Request)) {
	t.Helper()
	body := fmt.Sprintf(`{"token":%q}`, authtest.Link(t, s.url, s.box, address))
	answer := s.do(t, http.MethodPost, verify, body, device).want(t, http.StatusOK)
	var session authtest.Session
	answer.decode(t, &session)
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "device" {
			return session, with("Cookie", "device="+cookie.Value)
		}
	}
	t.Fatal("the device is given no cookie")
	return session, nil
}

func nowhere(*http.Request) {}

func TestADeviceIsRecognised(t *testing.T) {
	onBoth(t, func(t *testing.T, first, last *site) {
		one, laptop := first.signInFrom(t, nowhere, "ada@example.com")
		two, _ := last.signInFrom(t, laptop, "ada@example.com")
		other, phone := last.signInFrom(t, nowhere, "ada@example.com")
		list := first.devices(t, two)
		if len(list) != 2 || list[0].Sessions != 1 || list[0].Current || list[1].Sessions != 2 || !list[1].Current ||
			list[0].Trust != auth.TrustNew || list[0].Name != "Go-http-client" || list[0].LastSeenAt.Before(list[1].LastSeenAt) {
			t.Fatalf("devices = %+v", list)
		}
		if n := first.letters(t); n != 1 {
			t.Errorf("%d letters about a new device, want one, about the phone", n)
		}

		path := "/auth/devices/" + list[1].ID
		last.do(t, http.MethodPost, path+"/trust", "", other.Authorize).want(t, http.StatusNoContent)
		last.do(t, http.MethodPost, path+"/trust", "", other.Authorize).want(t, http.StatusNoContent)
		if got := first.devices(t, other)[1]; got.Trust != auth.TrustFull {
			t.Errorf("the laptop is %s", got.Trust)
		}
		last.do(t, http.MethodDelete, path, "", other.Authorize).want(t, http.StatusNoContent)
		first.over(t, one)
		first.over(t, two)
		for _, method := range []string{http.MethodDelete, http.MethodPost} {
			path := map[string]string{http.MethodDelete: path, http.MethodPost: path + "/trust"}[method]
			first.do(t, method, path, "", other.Authorize).refused(t, http.StatusNotFound, "not_found")
		}

		first.signInFrom(t, phone, "ada@example.com")
		if n := first.letters(t); n != 1 {
			t.Errorf("the phone is told of again: %d letters", n)
		}
		back, _ := first.signInFrom(t, laptop, "ada@example.com")
		if n := first.letters(t); n != 2 {
			t.Errorf("%d letters, want one more, about the laptop that was revoked", n)
		}
		if got := first.devices(t, back)[0]; got.Trust != auth.TrustNew || !got.Current {
			t.Errorf("the laptop is %+v, want a new device", got)
		}
	})
}

// letters counts the letters to users that were asked for.
func (s *site) letters(t *testing.T) (n int) {
	t.Helper()
	events, err := s.rt.Log().ReadAll(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]bool{}
	for _, e := range events {
		if e.Stream.Store != "user" || users[e.Stream.Key] {
			continue
		}
		users[e.Stream.Key] = true
		steps, err := s.auth.Users().History(t.Context(), e.Stream.Key, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			for _, effect := range step.Effects {
				if effect.Kind == "auth.notice" {
					n++
				}
			}
		}
	}
	return n
}

func TestRevokingItsOwnDeviceSignsOut(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada, _ := s.signInFrom(t, nowhere, "ada@example.com")
	answer := s.do(t, http.MethodDelete, "/auth/devices/"+s.devices(t, ada)[0].ID, "", ada.Authorize).want(t, http.StatusNoContent)
	if c := answer.Cookies(); len(c) != 1 || c[0].Name != "session" || c[0].MaxAge != -1 {
		t.Errorf("cookies = %v, want the session's to be taken back", c)
	}
	s.over(t, ada)
}

const days = 24 * time.Hour

func TestTrust(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	device := func(signIns int, age time.Duration) auth.Device {
		return auth.Device{FirstSeenAt: begin, LastSeenAt: begin.Add(age), SignIns: signIns}
	}
	said := device(1, 0)
	said.Trusted = true
	for name, c := range map[string]struct {
		device auth.Device
		since  time.Duration // it was seen last
		want   auth.Trust
	}{
		"never seen":               {auth.Device{}, 0, auth.TrustNew},
		"seen once":                {device(1, 0), 80 * days, auth.TrustNew},
		"often, within a day":      {device(9, days-1), 0, auth.TrustNew},
		"twice, a day apart":       {device(2, days), 0, auth.TrustKnown},
		"four times over months":   {device(4, 99*days), 0, auth.TrustKnown},
		"five times, 29 days":      {device(5, 30*days-1), 0, auth.TrustKnown},
		"five times, 30 days":      {device(5, 30*days), 90 * days, auth.TrustFull},
		"five times, but long ago": {device(5, 30*days), 90*days + 1, auth.TrustNew},
		"said so":                  {said, 999 * days, auth.TrustFull},
	} {
		if got := c.device.Trust(c.device.LastSeenAt.Add(c.since)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestDevicesAreBounded(t *testing.T) {
	t.Parallel()
	events := []auth.Action{auth.UserRegistered{ID: "u1", Address: address.Text}}
	for i := range 105 {
		events = append(events, auth.DeviceSeen{ID: fmt.Sprintf("device %03d", i)})
	}
	storetest.Given[auth.User, auth.Action](t, reducer, events...).
		When(auth.TrustDevice{ID: "device 004"}).Refused(auth.ErrNoDevice).
		When(auth.TrustDevice{ID: "device 005"}).Then(store.Record(auth.DeviceTrusted{ID: "device 005"})).
		State(func(u auth.User) {
			if len(u.Devices) != 100 {
				t.Errorf("%d devices are remembered, want 100", len(u.Devices))
			}
		})
}
