package elastic

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Cluster says where Elasticsearch is and how to get in.
type Cluster struct {
	URL            string // such as https://search:9200
	APIKey         string // encoded, as Elasticsearch returns it; default none
	User, Password string // instead of a key; default none

	// Client sends the requests. Default is one that gives each 30 seconds.
	Client *http.Client
}

func (c Cluster) withDefaults() Cluster {
	c.URL = strings.TrimRight(c.URL, "/")
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 30 * time.Second}
	}
	return c
}

const (
	typeJSON   = "application/json"
	typeNDJSON = "application/x-ndjson"
)

// failure is an answer other than success.
type failure struct {
	status int
	reason string
}

// Error implements error.
func (f *failure) Error() string {
	return fmt.Sprintf("the cluster answers %d %s: %s", f.status, http.StatusText(f.status), f.reason)
}

// send sends a request and decodes the answer, unless into is nil. An answer other
// than success is a *failure.
func (c Cluster) send(ctx context.Context, method, path, contentType string, body []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", contentType)
	}
	switch {
	case c.APIKey != "":
		r.Header.Set("Authorization", "ApiKey "+c.APIKey)
	case c.User != "":
		r.SetBasicAuth(c.User, c.Password)
	}
	answer, err := c.Client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return failed(answer)
	}
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body) // so that the connection is used again
		return err
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// failed reads the reason, which a proxy may give in any form.
func failed(answer *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return err
	}
	f := &failure{answer.StatusCode, string(text[:min(len(text), 300)])}
	var body struct{ Error reason }
	if json.Unmarshal(text, &body) == nil && body.Error.Type != "" {
		f.reason = body.Error.String()
	}
	return f
}

// reason is why Elasticsearch does not do something.
type reason struct {
	Type     string
	Reason   string
	CausedBy struct{ Reason string } `json:"caused_by"`
}

// String implements fmt.Stringer.
func (r reason) String() string {
	s := r.Type + ": " + r.Reason
	if r.CausedBy.Reason != "" {
		s += ": " + r.CausedBy.Reason
	}
	return s
}
