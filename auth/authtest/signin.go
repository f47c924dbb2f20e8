package authtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"
)

// Session is the answer to a sign-in.
type Session struct {
	Token     string    `json:"session_token"`
	ExpiresAt time.Time `json:"expires_at"`
	User      User      `json:"user"`
}

// User is who is signed in.
type User struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}

// Authorize makes a request one of the session; that of the zero Session is nobody's.
func (s Session) Authorize(r *http.Request) {
	if s.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token)
	}
}

// patience is how long a mail may take, on a machine that has much else to do.
const patience = 2 * time.Minute

// SignIn asks for a magic link, reads the mail and uses the link. The server's
// mails must go to box. The test fails at once when anything does not work.
func SignIn(t testing.TB, server string, box *Mailbox, address string) Session {
	t.Helper()
	session, err := TrySignIn(t.Context(), server, box, address)
	if err != nil {
		t.Fatalf("signing in %s: %v", address, err)
	}
	return session
}

// Link asks for a magic link and returns the token of the one that is mailed.
func Link(t testing.TB, server string, box *Mailbox, address string) string {
	t.Helper()
	token, err := link(t.Context(), server, box, address)
	if err != nil {
		t.Fatalf("a link for %s: %v", address, err)
	}
	return token
}

// TrySignIn is [SignIn] for goroutines of a test, which must not end it.
func TrySignIn(ctx context.Context, server string, box *Mailbox, address string) (s Session, err error) {
	token, err := link(ctx, server, box, address)
	if err != nil {
		return s, err
	}
	return s, post(ctx, server+"/auth/magic-link/verify", map[string]string{"token": token}, http.StatusOK, &s)
}

func link(ctx context.Context, server string, box *Mailbox, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := post(ctx, server+"/auth/magic-link/send", map[string]string{"email": address}, http.StatusAccepted, nil); err != nil {
		return "", err
	}
	for {
		mail, err := box.Next(ctx, address)
		if err != nil {
			return "", err
		}
		// Letters about what else has happened to the account have none.
		if found := regexp.MustCompile(`[?&]token=([\w-]+)`).FindStringSubmatch(mail.Text); found != nil {
			return found[1], nil
		}
	}
}

func post(ctx context.Context, address string, body any, status int, answer any, change ...func(*http.Request)) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	for _, f := range change {
		f(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != status {
		return fmt.Errorf("%s %s = %d, want %d: %s", request.Method, request.URL.Path, response.StatusCode, status, got)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got, answer)
}
