package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/google/uuid"
)

// client is somebody at a browser: it repeats a request that got no answer, under
// the same idempotency key.
type client struct {
	t     *testing.T
	url   string
	token string // of the session, "" before sign-in
	agent string // of the browser; that of Go when empty
}

type object = map[string]any

// send makes one request; the error is that of the connection.
func (c *client) send(method, path string, body any, key string) (status int, answer object, err error) {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return 0, nil, err
		}
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, &content)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if c.agent != "" {
		r.Header.Set("User-Agent", c.agent)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	if response.Header.Get("Content-Type") == "" {
		return response.StatusCode, nil, nil
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	return response.StatusCode, answer, err
}

// must makes a request that has to be answered with the status.
func (c *client) must(method, path string, body any, want int) object {
	c.t.Helper()
	status, answer, err := c.send(method, path, body, uuid.NewString())
	if err != nil || status != want {
		c.t.Fatalf("%s %s: %d %v, %v; want %d", method, path, status, answer, err, want)
	}
	return answer
}

func (c *client) get(path string) object {
	c.t.Helper()
	return c.must("GET", path, nil, http.StatusOK)
}

// signIn goes through the mailbox.
func (c *client) signIn(email string) {
	c.t.Helper()
	before := len(c.mails(email))
	c.must("POST", "/auth/magic-link/send", object{"email": email}, http.StatusAccepted)
	var tokens []string
	eventually(c.t, fmt.Sprintf("another mail to %s", email), func() bool {
		tokens = c.mails(email)
		return len(tokens) > before
	})
	c.verify(tokens[0])
}

func (c *client) verify(token string) {
	c.t.Helper()
	session := c.must("POST", "/auth/magic-link/verify", object{"token": token}, http.StatusOK)
	c.token = session["session_token"].(string)
}

var linkToken = regexp.MustCompile(`token=([A-Za-z0-9_-]+)`)

// mails returns the tokens in the mails to an address, the newest first.
func (c *client) mails(email string) (tokens []string) {
	c.t.Helper()
	response, err := http.Get(c.url + "/dev/mailbox.json")
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	var mails []struct {
		To   []string
		Text string
	}
	if err := json.NewDecoder(response.Body).Decode(&mails); err != nil {
		c.t.Fatal(err)
	}
	for _, m := range mails {
		if match := linkToken.FindStringSubmatch(m.Text); m.To[0] == email && match != nil {
			tokens = append(tokens, match[1])
		}
	}
	return tokens
}

func (c *client) awaitLink(email string) string {
	c.t.Helper()
	var tokens []string
	eventually(c.t, fmt.Sprintf("a mail to %s", email), func() bool {
		tokens = c.mails(email)
		return len(tokens) > 0
	})
	return tokens[0]
}
