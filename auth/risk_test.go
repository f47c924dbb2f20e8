package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
)

// onEachDatabase runs a test on one node with SQLite and on two with Postgres. They
// have no network, so that requests come from wherever they say.
func onEachDatabase(t *testing.T, test func(*testing.T, nodes), change ...func(*auth.Options)) {
	t.Helper()
	t.Parallel()
	start := func(t *testing.T, logs ...eventlog.Backend) (n nodes) {
		box := authtest.NewMailbox()
		for _, log := range logs {
			s := startInBubble(t, log, append(change, func(o *auth.Options) { o.Sender = box })...)
			s.box = box
			n = append(n, s)
		}
		return n
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "app.db"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, start(t, log))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		one, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		other, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		test(t, start(t, one, other))
	})
}

// visitor is somebody's, somewhere.
type visitor struct {
	address string
	agent   string
	device  string // its cookie
}

func (b *visitor) send(r *http.Request) {
	r.RemoteAddr = b.address + ":1000"
	r.Header.Set("User-Agent", b.agent)
	if b.device != "" {
		r.AddCookie(&http.Cookie{Name: "device", Value: b.device})
	}
}

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	home    = "192.0.2.1"
	abroad  = "198.51.100.7"
)

// linkFor asks for a link and reads mails until it comes.
func (b *visitor) linkFor(t *testing.T, s *site, address string) string {
	t.Helper()
	s.do(t, http.MethodPost, "/auth/magic-link/send", fmt.Sprintf(`{"email":%q}`, address), b.send).want(t, http.StatusAccepted)
	for {
		mail, err := s.box.Next(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		if token := regexp.MustCompile(`token=([\w-]+)`).FindStringSubmatch(mail.Text); token != nil {
			return token[1]
		}
	}
}

// trySignIn opens a mailed link and keeps the device's cookie.
func (b *visitor) trySignIn(t *testing.T, n nodes, address string) answer {
	t.Helper()
	last := n[len(n)-1]
	body := fmt.Sprintf(`{"token":%q}`, b.linkFor(t, n[0], address))
	got := last.do(t, http.MethodPost, verify, body, b.send)
	if got.StatusCode == http.StatusOK {
		b.device = got.cookie(t, "device").Value
	}
	return got
}

func (b *visitor) signIn(t *testing.T, n nodes, address string) {
	t.Helper()
	b.trySignIn(t, n, address).want(t, http.StatusOK)
}

// risks returns what was thought of all attempts, in order.
func (s *site) risks(t *testing.T) (risks []auth.Risk) {
	t.Helper()
	events, err := s.rt.Log().ReadAll(t.Context(), 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Name != "UserLoggedIn" && e.Name != "LoginFailed" {
			continue
		}
		var event struct{ Risk auth.Risk }
		if err := json.Unmarshal(e.Data, &event); err != nil {
			t.Fatal(err)
		}
		risks = append(risks, event.Risk)
	}
	return risks
}

// wantRisk checks the risk of the last attempt.
func (s *site) wantRisk(t *testing.T, level risk.Level, factors ...string) {
	t.Helper()
	risks := s.risks(t)
	last := risks[len(risks)-1]
	if diff := cmp.Diff(factors, last.Factors); diff != "" || last.Level != string(level) {
		t.Errorf("the risk is %+v, want level %s; factors (-want +got):\n%s", last, level, diff)
	}
}

func TestASignInFromElsewhereIsToldToTheOwner(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		ada.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low)
		ada.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low)
		eve.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Medium, "new_device", "new_network")
		text := n[0].awaitLetter(t, "ada@example.com", "security_alert").Text
		for _, want := range []string{"This device has not been used", "This network has not been used", abroad} {
			if !strings.Contains(text, want) {
				t.Errorf("the letter does not say %q:\n%s", want, text)
			}
		}
		eve.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low)
	})
}

// atlas is a locator with two places.
type atlas struct{}

func (atlas) Locate(_ context.Context, address netip.Addr) (*risk.Place, error) {
	switch address.String() {
	case home:
		return &risk.Place{Name: "Berlin, DE", Latitude: 52.52, Longitude: 13.405}, nil
	case abroad:
		return &risk.Place{Name: "Tokyo, JP", Latitude: 35.6764, Longitude: 139.65}, nil
	}
	return nil, errors.New("this address is on no map")
}

func TestARiskySignInIsRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		ada.signIn(t, n, "ada@example.com")
		token := eve.linkFor(t, n[0], "ada@example.com")
		use := func(b *visitor) answer {
			return n[0].do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, token), b.send)
		}
		if refused := use(eve).refused(t, http.StatusForbidden, "sign_in_refused"); len(refused.Cookies()) > 0 {
			t.Errorf("who is refused gets the cookies %v", refused.Cookies())
		}
		n[0].wantRisk(t, risk.High, "impossible_travel", "new_device", "new_network")
		text := n[0].awaitLetter(t, "ada@example.com", "security_alert").Text
		for _, want := range []string{"8916 km away", "nobody was let in", "Tokyo, JP"} {
			if !strings.Contains(text, want) {
				t.Errorf("the letter does not say %q:\n%s", want, text)
			}
		}
		use(ada).refused(t, http.StatusBadRequest, "invalid_token")
		want := []string{
			"UserRegistered", "EmailVerified", "DeviceSeen", "UserLoggedIn", "SessionStarted", "LoginFailed",
		}
		if diff := cmp.Diff(want, n[0].events(t)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		ada.signIn(t, n, "ada@example.com")
	}, func(o *auth.Options) {
		o.Locator, o.Risk.Responses.High = atlas{}, risk.Refuse
	})
}

func TestARefusedPersonIsToldOnAPage(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		ada.signIn(t, n, "ada@example.com")
		page := n[0].do(t, http.MethodPost, verify, "token="+eve.linkFor(t, n[0], "ada@example.com"), eve.send, form)
		if page.want(t, http.StatusForbidden); !strings.Contains(page.body, "it was refused") {
			t.Errorf("the page says:\n%s", page.body)
		}
	}, func(o *auth.Options) { o.Risk.Responses.Medium = risk.Refuse })
}

func TestWhoTriesManyAccountsFromOneNetworkIsNoticed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		ada.signIn(t, n, "ada@example.com")
		for i := range 10 {
			for range 3 { // the same again does not make it more
				body := fmt.Sprintf(`{"token":"guess %d"}`, i)
				n[i%len(n)].do(t, http.MethodPost, verify, body, eve.send).refused(t, http.StatusBadRequest, "invalid_token")
			}
		}
		eve.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.High, "stuffing", "new_device", "new_network")
		n[0].awaitLetter(t, "ada@example.com", "security_alert")
		ada.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low)
	})
}

func TestForgedAnswersOfAProviderAreNoticed(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		ada := n[0].browser()
		ada.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
		for i := range 10 {
			forged := fmt.Sprintf("/auth/oauth/example/callback?code=x&state=guess%d", i)
			n[i%len(n)].do(t, http.MethodGet, forged, "").want(t, http.StatusBadRequest)
		}
		ada.signIn(t, p, adaThere).want(t, http.StatusSeeOther)
		n[0].wantRisk(t, risk.Medium, "stuffing")
	})
}

func TestARiskySignInWithAProviderIsRefusedOnAPage(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		n[0].browser().signIn(t, p, adaThere).want(t, http.StatusSeeOther)
		n[0].browser().signIn(t, p, adaThere).page(t, http.StatusForbidden, "You are not signed in")
		n[0].wantRisk(t, risk.Critical, "new_device")
	}, func(o *auth.Options) { o.Risk.Weights.NewDevice = 100 })
}

func TestNineAccountsAreNotMany(t *testing.T) {
	t.Parallel()
	n := nodes{startInBubble(t, memory.New())}
	ada := &visitor{address: home, agent: firefox}
	ada.signIn(t, n, "ada@example.com")
	for i := range 9 {
		n[0].do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":"guess %d"}`, i), ada.send).want(t, http.StatusBadRequest)
	}
	ada.signIn(t, n, "ada@example.com")
	n[0].wantRisk(t, risk.Low)
}

func TestManyAttemptsInAShortTime(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada := &visitor{address: home, agent: firefox}
		for range 10 {
			ada.signIn(t, n, "ada@example.com")
			n[0].wantRisk(t, risk.Low)
		}
		ada.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low, "velocity")
	})
}

// withPasskey signs somebody in and adds a passkey to their account.
func (b *visitor) withPasskey(t *testing.T, n nodes, address string) *authtest.Authenticator {
	t.Helper()
	var session authtest.Session
	b.trySignIn(t, n, address).want(t, http.StatusOK).decode(t, &session)
	key := authtest.NewAuthenticator(origin)
	n[0].register(t, session, key)
	return key
}

func TestARiskySignInByLinkDemandsThePasskey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad}
		key := ada.withPasskey(t, n, "ada@example.com")
		refused := eve.trySignIn(t, n, "ada@example.com").refused(t, http.StatusForbidden, "step_up_required")
		if !strings.Contains(refused.body, `"required_level":2`) {
			t.Errorf("refused with %s", refused.body)
		}
		n[0].awaitLetter(t, "ada@example.com", "security_alert")
		n[0].login(t, key).want(t, http.StatusOK)
	}, func(o *auth.Options) { o.Locator = atlas{} })
}

func TestAPasskeyIsNeverRefusedForItsRisk(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada := &visitor{address: home, agent: firefox}
		key := ada.withPasskey(t, n, "ada@example.com")
		n[0].login(t, key).want(t, http.StatusOK)
		n[0].wantRisk(t, risk.Critical, "new_device", "new_network")
		n[0].awaitLetter(t, "ada@example.com", "security_alert")
	}, func(o *auth.Options) { o.Risk.Weights.NewDevice = 100 })
}

func TestFailuresOnAnAccountCount(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		ada := &visitor{address: home, agent: firefox}
		key := ada.withPasskey(t, n, "ada@example.com")
		for range 5 {
			shown := altered(t, n[0].begin(t, login, "{}", key.Get, authtest.Session{}), "signature", "MEUCIQ")
			n[0].complete(t, login, shown, authtest.Session{}).refused(t, http.StatusBadRequest, "invalid_passkey")
		}
		if failures := count(n[0].events(t), "LoginFailed"); failures != 5 {
			t.Errorf("%d failures are recorded, want 5", failures)
		}
		ada.signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Medium, "failures")
		n[0].awaitLetter(t, "ada@example.com", "security_alert")
	})
}

func TestANewDeviceAtHomeIsOnlyToldOf(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, n nodes) {
		(&visitor{address: home, agent: firefox}).signIn(t, n, "ada@example.com")
		(&visitor{address: home}).signIn(t, n, "ada@example.com")
		n[0].wantRisk(t, risk.Low, "new_device")
		n[0].awaitLetter(t, "ada@example.com", "new_device")
	})
}

func TestAnUnusualTimeOfDay(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := &visitor{address: home, agent: firefox}
		for range 2 {
			ada.signIn(t, nodes{s}, "ada@example.com")
		}
		time.Sleep(time.Minute)
		ada.signIn(t, nodes{s}, "ada@example.com")
		s.wantRisk(t, risk.Low)
		time.Sleep(3 * time.Minute)
		ada.signIn(t, nodes{s}, "ada@example.com")
		s.wantRisk(t, risk.Low, "unusual_time")
	}, func(o *auth.Options) { o.Risk.UsualHours = risk.UsualHours{After: 2, Apart: 2 * time.Minute} })
}

func TestFailuresOfANetworkAreForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := &visitor{address: home, agent: firefox}
		ada.signIn(t, nodes{s}, "ada@example.com")
		for i := range 15 {
			s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":"guess %d"}`, i), ada.send).want(t, http.StatusBadRequest)
			time.Sleep(7 * time.Minute)
		}
		ada.signIn(t, nodes{s}, "ada@example.com")
		s.wantRisk(t, risk.Low)
	})
}

// TestNothingTellsWhereSomebodyWas looks for what is known of attempts in all that is
// written down.
func TestNothingTellsWhereSomebodyWas(t *testing.T) {
	t.Parallel()
	log := &recorder{Backend: memory.New()}
	s := startInBubble(t, log, func(o *auth.Options) { o.Locator, o.Risk.Responses.High = atlas{}, risk.Refuse })
	ada, eve := &visitor{address: home, agent: firefox}, &visitor{address: abroad, agent: firefox}
	ada.signIn(t, nodes{s}, "ada@example.com")
	eve.trySignIn(t, nodes{s}, "ada@example.com").want(t, http.StatusForbidden)
	s.do(t, http.MethodPost, verify, `{"token":"a guess"}`, eve.send).want(t, http.StatusBadRequest)
	s.awaitLetter(t, "ada@example.com", "security_alert")
	if err := s.rt.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for place, text := range map[string]string{"event log": log.written.String(), "log output": s.logs.String()} {
		for _, canary := range []string{home, abroad, "192.0.2", "Berlin", "Tokyo", "52.52", "Firefox", "8916 km", "a guess"} {
			if strings.Contains(text, canary) {
				t.Errorf("the %s holds %q", place, canary)
			}
		}
	}
	if names := s.events(t); !slices.Contains(names, "LoginFailed") {
		t.Errorf("events = %v; want a failed sign-in among them", names)
	}
}
