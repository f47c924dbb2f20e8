package passkey_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const origin = "https://box.example"

// site is a relying party and the passkeys it knows.
type site struct {
	*passkey.RelyingParty
	rt      *store.Runtime
	made    []passkey.Credential
	holders map[string]string // users by credential id
}

func start(t *testing.T, verification passkey.UserVerification) *site {
	t.Helper()
	rt := store.NewRuntime(memory.New(), store.Options{})
	rp, err := passkey.New(rt, passkey.Options{
		ID: "box.example", Name: "Box", Origins: []string{origin}, UserVerification: verification,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &site{RelyingParty: rp, rt: rt, holders: map[string]string{}}
}

func (s *site) lookup(_ context.Context, id string) (string, passkey.Credential, error) {
	for _, c := range s.made {
		if c.ID == id {
			return s.holders[id], c, nil
		}
	}
	return "", passkey.Credential{}, passkey.ErrUnknown
}

func encode(t *testing.T, options any, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// creation begins a registration by the user and has it answered.
func (s *site) creation(t *testing.T, user string, by *authtest.Authenticator) json.RawMessage {
	t.Helper()
	options, err := s.BeginRegistration(t.Context(), passkey.Ceremony{Purpose: passkey.Register, Owner: user, Note: "note"},
		passkey.User{ID: user, Name: user + "@example.com", DisplayName: user}, nil)
	response, err := by.Create(encode(t, options, err))
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// register adds a passkey of the user.
func (s *site) register(t *testing.T, user string, by *authtest.Authenticator) passkey.Credential {
	t.Helper()
	made, err := s.FinishRegistration(t.Context(), passkey.Register, user, s.creation(t, user, by))
	if err != nil {
		t.Fatal(err)
	}
	s.made = append(s.made, made.Credential)
	s.holders[made.Credential.ID] = user
	return made.Credential
}

// login begins a sign-in and has it answered.
func (s *site) login(t *testing.T, by *authtest.Authenticator) json.RawMessage {
	t.Helper()
	options, err := s.BeginLogin(t.Context(), passkey.Ceremony{Purpose: passkey.Login, Note: "note"})
	response, err := by.Get(encode(t, options, err))
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func (s *site) finishLogin(t *testing.T, response json.RawMessage) (passkey.Assertion, error) {
	t.Helper()
	return s.FinishAssertion(t.Context(), passkey.Login, "", response, s.lookup)
}

func TestAPasskeyIsMade(t *testing.T) {
	t.Parallel()
	s := start(t, "")
	key := authtest.NewAuthenticator(origin)
	key.AAGUID, key.SignCount, key.Counting = [16]byte{15: 7}, 41, true
	key.Transports = append(key.Transports, strings.Repeat("x", 1000))
	got := s.register(t, "ada", key)
	if got.ID == "" || len(got.PublicKey) == 0 {
		t.Errorf("credential = %+v, want an id and a public key", got)
	}
	got.ID, got.PublicKey = "", nil
	want := passkey.Credential{
		AAGUID: "00000000-0000-0000-0000-000000000007", Transports: []string{"internal", "hybrid"}, SignCount: 41,
		UserVerified: true, BackupEligible: true, BackedUp: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("credential (-want +got):\n%s", diff)
	}
}

func TestTheOptionsOfARegistration(t *testing.T) {
	t.Parallel()
	s := start(t, "")
	key := authtest.NewAuthenticator(origin)
	made := s.register(t, "ada", key)
	options, err := s.BeginRegistration(t.Context(), passkey.Ceremony{Purpose: passkey.Register, Owner: "ada"},
		passkey.User{ID: "ada", Name: "ada@example.com"}, []passkey.Credential{made})
	text := encode(t, options, err)
	for _, want := range []string{
		`"residentKey":"required"`, `"requireResidentKey":true`, `"userVerification":"preferred"`, `"attestation":"none"`,
		`"excludeCredentials":[{"type":"public-key","id":"` + made.ID + `","transports":["internal","hybrid"]}]`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the options lack %s:\n%s", want, text)
		}
	}
	if _, err := key.Create(text); !errors.Is(err, authtest.ErrExcluded) {
		t.Errorf("a second passkey on one device: %v, want %v", err, authtest.ErrExcluded)
	}
}

func TestAnAssertion(t *testing.T) {
	t.Parallel()
	s := start(t, "")
	key := authtest.NewAuthenticator(origin)
	key.Counting = true
	made := s.register(t, "ada", key)
	response := s.login(t, key)
	got, err := s.finishLogin(t, response)
	if err != nil {
		t.Fatal(err)
	}
	if got.Proof.Kind != "passkey_login" || got.Proof.Key == "" || len(got.Challenge) != 32 {
		t.Errorf("proof %+v of a challenge of %d bytes", got.Proof, len(got.Challenge))
	}
	if err := s.rt.Change(t.Context(), store.Take(got.Proof.Kind, got.Proof.Key)); err != nil {
		t.Errorf("the ceremony cannot be taken: %v", err)
	}
	got.Proof, got.Challenge = passkey.Proof{}, nil
	want := passkey.Assertion{User: "ada", CredentialID: made.ID, SignCount: 1, UserVerified: true, BackedUp: true, Note: "note"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assertion (-want +got):\n%s", diff)
	}
	if _, err := s.finishLogin(t, response); !errors.Is(err, passkey.ErrCeremony) {
		t.Errorf("replayed after it was taken: %v, want %v", err, passkey.ErrCeremony)
	}
}

// changed returns a response with one of its members set.
func changed(t *testing.T, response json.RawMessage, member string, value []byte) json.RawMessage {
	t.Helper()
	var credential map[string]any
	if err := json.Unmarshal(response, &credential); err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString(value)
	if inner, ok := credential["response"].(map[string]any); ok && member != "id" {
		inner[member] = text
	} else {
		credential["id"], credential["rawId"] = text, text
	}
	return encode(t, credential, nil)
}

func TestLoginsThatAreRefused(t *testing.T) {
	t.Parallel()
	use := func(change func(*authtest.Authenticator)) func(*testing.T, *site, *authtest.Authenticator) json.RawMessage {
		return func(t *testing.T, s *site, key *authtest.Authenticator) json.RawMessage {
			t.Helper()
			change(key)
			return s.login(t, key)
		}
	}
	alter := func(member, value string) func(*testing.T, *site, *authtest.Authenticator) json.RawMessage {
		return func(t *testing.T, s *site, key *authtest.Authenticator) json.RawMessage {
			t.Helper()
			return changed(t, s.login(t, key), member, []byte(value))
		}
	}
	cases := map[string]struct {
		response func(*testing.T, *site, *authtest.Authenticator) json.RawMessage
		want     error
	}{
		"wrong origin":           {use(func(a *authtest.Authenticator) { a.Origin = "https://evil.example" }), passkey.ErrInvalid},
		"wrong relying party":    {use(func(a *authtest.Authenticator) { a.RPID = "evil.example" }), passkey.ErrInvalid},
		"not unlocked":           {use(func(a *authtest.Authenticator) { a.Locked = true }), passkey.ErrUnverified},
		"other backup flag":      {use(func(a *authtest.Authenticator) { a.BackupEligible, a.BackedUp = false, false }), passkey.ErrInvalid},
		"other signature":        {alter("signature", "0123456789"), passkey.ErrInvalid},
		"handle of another user": {alter("userHandle", "eve"), passkey.ErrInvalid},
		"no handle":              {alter("userHandle", ""), passkey.ErrInvalid},
		"unknown credential":     {alter("id", "no such id"), passkey.ErrUnknown},
		"another challenge": {
			alter("clientDataJSON", `{"type":"webauthn.get","challenge":"AAAA","origin":"`+origin+`"}`), passkey.ErrCeremony,
		},
		"challenge of a registration": {func(t *testing.T, s *site, key *authtest.Authenticator) json.RawMessage {
			t.Helper()
			options, err := s.BeginRegistration(t.Context(), passkey.Ceremony{Purpose: passkey.Register}, passkey.User{ID: "eve", Name: "eve"}, nil)
			challenge := encode(t, options.Response.Challenge, err)
			response, err := key.Get([]byte(`{"publicKey":{"rpId":"box.example","challenge":` + string(challenge) + `}}`))
			return encode(t, response, err)
		}, passkey.ErrCeremony},
		"credential of another user": {func(t *testing.T, s *site, key *authtest.Authenticator) json.RawMessage {
			t.Helper()
			eve := s.register(t, "eve", authtest.NewAuthenticator(origin))
			id, err := base64.RawURLEncoding.DecodeString(eve.ID)
			if err != nil {
				t.Fatal(err)
			}
			return changed(t, s.login(t, key), "id", id)
		}, passkey.ErrInvalid},
		"not JSON": {func(*testing.T, *site, *authtest.Authenticator) json.RawMessage { return json.RawMessage(`{`) }, passkey.ErrInvalid},
		"nothing":  {func(*testing.T, *site, *authtest.Authenticator) json.RawMessage { return nil }, passkey.ErrInvalid},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, passkey.Required)
			key := authtest.NewAuthenticator(origin)
			s.register(t, "ada", key)
			got, err := s.finishLogin(t, c.response(t, s, key))
			if !errors.Is(err, c.want) || got.Proof != (passkey.Proof{}) {
				t.Errorf("assertion %+v, error %v; want %v", got, err, c.want)
			}
		})
	}
}

func TestRegistrationsThatAreRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change  func(*authtest.Authenticator)
		purpose passkey.Purpose
		owner   string
		want    error
	}{
		"wrong origin":        {func(a *authtest.Authenticator) { a.Origin = "http://box.example" }, passkey.Register, "ada", passkey.ErrInvalid},
		"wrong relying party": {func(a *authtest.Authenticator) { a.RPID = "example" }, passkey.Register, "ada", passkey.ErrInvalid},
		"not unlocked":        {func(a *authtest.Authenticator) { a.Locked = true }, passkey.Register, "ada", passkey.ErrUnverified},
		"another user's":      {func(*authtest.Authenticator) {}, passkey.Register, "eve", passkey.ErrCeremony},
		"another purpose":     {func(*authtest.Authenticator) {}, passkey.SignUp, "ada", passkey.ErrCeremony},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, passkey.Required)
			key := authtest.NewAuthenticator(origin)
			c.change(key)
			if _, err := s.FinishRegistration(t.Context(), c.purpose, c.owner, s.creation(t, "ada", key)); !errors.Is(err, c.want) {
				t.Errorf("FinishRegistration() = %v, want %v", err, c.want)
			}
		})
	}
}

func TestAConfirmation(t *testing.T) {
	t.Parallel()
	s := start(t, passkey.Discouraged) // which does not hold for confirmations
	ada, eve := authtest.NewAuthenticator(origin), authtest.NewAuthenticator(origin)
	mine := s.register(t, "ada", ada)
	s.register(t, "eve", eve)
	challenge := []byte("0123456789abcdef")
	options, err := s.BeginConfirmation(t.Context(), passkey.Ceremony{Purpose: passkey.StepUp, Owner: "ada"}, []passkey.Credential{mine}, challenge)
	text := encode(t, options, err)
	finish := func(owner string, by *authtest.Authenticator, options []byte) error {
		t.Helper()
		response, err := by.Get(options)
		got, err := s.FinishAssertion(t.Context(), passkey.StepUp, owner, encode(t, response, err), s.lookup)
		if err == nil && string(got.Challenge) != string(challenge) {
			t.Errorf("challenge = %q, want %q", got.Challenge, challenge)
		}
		return err
	}
	if err := finish("ada", ada, text); err != nil {
		t.Errorf("FinishAssertion() = %v", err)
	}
	if err := finish("eve", ada, text); !errors.Is(err, passkey.ErrCeremony) {
		t.Errorf("completed by another user: %v, want %v", err, passkey.ErrCeremony)
	}
	if _, err := eve.Get(text); !errors.Is(err, authtest.ErrNoPasskey) {
		t.Errorf("another user's passkey is asked for: %v", err)
	}
	unnamed := []byte(`{"publicKey":{"rpId":"box.example","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `"}}`)
	if err := finish("ada", eve, unnamed); !errors.Is(err, passkey.ErrInvalid) {
		t.Errorf("signed by another user's passkey: %v, want %v", err, passkey.ErrInvalid)
	}
	ada.Locked = true
	if err := finish("ada", ada, text); !errors.Is(err, passkey.ErrUnverified) {
		t.Errorf("not unlocked: %v, want %v", err, passkey.ErrUnverified)
	}
}

func TestCeremoniesExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, "")
		key := authtest.NewAuthenticator(origin)
		s.register(t, "ada", key)
		login := s.login(t, key)
		creation := s.creation(t, "ada", key)
		time.Sleep(passkey.Life)
		if _, err := s.finishLogin(t, login); !errors.Is(err, passkey.ErrCeremony) {
			t.Errorf("FinishAssertion() = %v, want %v", err, passkey.ErrCeremony)
		}
		if _, err := s.FinishRegistration(t.Context(), passkey.Register, "ada", creation); !errors.Is(err, passkey.ErrCeremony) {
			t.Errorf("FinishRegistration() = %v, want %v", err, passkey.ErrCeremony)
		}
	})
}

func TestUnusableOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []passkey.Options{
		{ID: "box.example"},
		{ID: "http://box", Origins: []string{origin}},
		{ID: "box.example", Origins: []string{origin}, UserVerification: "always"},
	} {
		if _, err := passkey.New(nil, o); err == nil {
			t.Errorf("New(%+v) is content", o)
		}
	}
}
