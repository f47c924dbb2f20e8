package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/composable-go/composable/auth/authtest"
)

// A client whose connection broke sends the same again, under the same key.
func TestARepeatedCompletionIsAnsweredAgain(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada := s.signIn(t, "ada@example.com")
		key := authtest.NewAuthenticator(origin)
		nobody := authtest.Session{}
		for _, c := range []struct {
			path, about string
			answer      func([]byte) (json.RawMessage, error)
			as          authtest.Session
			status      int
		}{
			{register, "{}", key.Create, ada, http.StatusCreated},
			{login, "{}", key.Get, nobody, http.StatusOK},
			{signUp, `{"email":"eve@example.com"}`, authtest.NewAuthenticator(origin).Create, nobody, http.StatusOK},
			{stepUp, payment, key.Get, ada, http.StatusOK},
		} {
			body := fmt.Sprintf(`{"credential":%s}`, s.begin(t, c.path, c.about, c.answer, c.as))
			complete := func(key string) answer {
				t.Helper()
				return s.do(t, http.MethodPost, c.path+"/complete", body, c.as.Authorize, with("Idempotency-Key", key))
			}
			first, again := complete("k1").want(t, c.status), complete("k1").want(t, c.status)
			if first.body != again.body {
				t.Errorf("%s: first %s, again %s", c.path, first.body, again.body)
			}
			if c.path != register { // whose answer is no secret
				complete("k2").refused(t, http.StatusBadRequest, "invalid_ceremony")
			}
		}
		if names := s.events(t); count(names, "SessionStarted") != 3 || count(names, "StepUpCompleted") != 1 || count(names, "PasskeyRegistered") != 2 {
			t.Errorf("events %v", names)
		}
	})
}
