package auth_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
)

const payment = `{"action":"account.Pay","arguments":{"to":"bob","amount":5}}`

// raise confirms the payment.
func (s *site) raise(t *testing.T, as authtest.Session, by *authtest.Authenticator) (raised authtest.Session) {
	t.Helper()
	s.complete(t, stepUp, s.begin(t, stepUp, payment, by.Get, as), as).want(t, http.StatusOK).decode(t, &raised)
	return raised
}

func TestAStepUpRaisesTheSession(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		s.do(t, http.MethodPost, stepUp+"/begin", payment, ada.Authorize).refused(t, http.StatusConflict, "no_passkey")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		before := s.whoami(t, ada.Authorize)

		raised := s.raise(t, ada, key)
		after := s.whoami(t, raised.Authorize)
		if after.Session != before.Session || after.ID != before.ID || !raised.ExpiresAt.Equal(ada.ExpiresAt) {
			t.Errorf("it is another session: %+v, want %+v", after, before)
		}
		want, err := auth.Digest("account.Pay", map[string]any{"amount": 5, "to": "bob"})
		if err != nil || after.Level != auth.LevelStrong || after.Confirmed.Digest != want {
			t.Errorf("raised to %+v, want the digest %s", after, want)
		}
		if former := s.whoami(t, ada.Authorize); former.Level != auth.LevelBasic || former.Confirmed.Digest != "" {
			t.Errorf("the token of before is of %+v", former)
		}
		if names := s.events(t); count(names, "StepUpCompleted") != 1 || count(names, "SessionStarted") != 1 {
			t.Errorf("events %v", names)
		}
		s.do(t, http.MethodPost, "/auth/logout", "", raised.Authorize).want(t, http.StatusNoContent)
		s.do(t, http.MethodGet, "/whoami", "", raised.Authorize).refused(t, http.StatusUnauthorized, "unauthenticated")
	})
}

func TestStepUpsThatAreRefused(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada, eve := s.signIn(t, "ada@example.com"), s.signIn(t, "eve@example.com")
		other := s.signIn(t, "ada@example.com")
		key, foreign := authtest.NewAuthenticator(origin), authtest.NewAuthenticator(origin)
		key.SignCount = 5
		s.register(t, ada, key)
		s.register(t, eve, foreign)
		key.SignCount = 6

		shown := s.begin(t, stepUp, payment, key.Get, ada)
		s.complete(t, stepUp, shown, eve).refused(t, http.StatusBadRequest, "invalid_ceremony")
		s.complete(t, stepUp, shown, other).refused(t, http.StatusBadRequest, "invalid_ceremony")
		s.complete(t, stepUp, shown, authtest.Session{}).refused(t, http.StatusUnauthorized, "unauthenticated")
		s.complete(t, stepUp, s.begin(t, login, "{}", key.Get, authtest.Session{}), ada).refused(t, http.StatusBadRequest, "invalid_ceremony")
		s.complete(t, login, shown, authtest.Session{}).refused(t, http.StatusBadRequest, "invalid_ceremony")
		if got := s.whoami(t, ada.Authorize); got.Level != auth.LevelBasic || got.Confirmed.Digest != "" {
			t.Errorf("after refusals: %+v", got)
		}

		s.do(t, http.MethodPost, stepUp+"/begin", `{"arguments":{}}`, ada.Authorize).refused(t, http.StatusUnprocessableEntity, "invalid")
		s.complete(t, stepUp, s.begin(t, stepUp, payment, key.Get, ada), ada).want(t, http.StatusOK).decode(t, &ada)
		s.complete(t, stepUp, shown, ada).refused(t, http.StatusForbidden, "counter_rollback") // the first one, late
		s.complete(t, stepUp, shown, ada).refused(t, http.StatusBadRequest, "invalid_ceremony")
		if got := s.whoami(t, ada.Authorize); got.Level != auth.LevelStrong {
			t.Errorf("the session is %+v", got)
		}
	})
}

func TestAStepUpOfWhatThePasskeyDidNotSign(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		shown := s.begin(t, stepUp, payment, key.Get, ada)
		other, err := auth.Digest("account.Pay", map[string]any{"amount": 5000, "to": "eve"})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.rt.RowsOf(t.Context(), "step_up", ada.User.ID)
		if err != nil || len(rows) != 1 {
			t.Fatalf("ceremonies %v, %v", rows, err)
		}
		rows[0].Data = regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAll(rows[0].Data, []byte(other))
		if err := s.rt.Change(t.Context(), store.Put(rows[0])); err != nil {
			t.Fatal(err)
		}
		s.complete(t, stepUp, shown, ada).refused(t, http.StatusBadRequest, "invalid_ceremony")
	})
}

func TestAStepUpIsOverAfterAWhile(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		s.register(t, ada, key)
		ada = s.raise(t, ada, key)
		time.Sleep(10*time.Minute - time.Second)
		if got := s.whoami(t, ada.Authorize); got.Level != auth.LevelStrong || got.Confirmed.Digest == "" {
			t.Errorf("just before: %+v", got)
		}
		time.Sleep(time.Second)
		if got := s.whoami(t, ada.Authorize); got.Level != auth.LevelBasic || got.Confirmed.Digest != "" {
			t.Errorf("10 minutes after: %+v", got)
		}
	})
}

func TestArgumentsThatAreLeftOut(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := s.signIn(t, "ada@example.com")
	key := authtest.NewAuthenticator(origin)
	s.register(t, ada, key)
	want, err := auth.Digest("account.Close", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, arguments := range []string{"", `,"arguments":null`} {
		shown := s.begin(t, stepUp, fmt.Sprintf(`{"action":"account.Close"%s}`, arguments), key.Get, ada)
		s.complete(t, stepUp, shown, ada).want(t, http.StatusOK).decode(t, &ada)
		if got := s.whoami(t, ada.Authorize).Confirmed.Digest; got != want {
			t.Errorf("digest %s, want %s", got, want)
		}
	}
}
