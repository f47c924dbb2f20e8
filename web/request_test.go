package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/web"
)

type note struct {
	Text  string `json:"text"`
	Seats []int  `json:"seats"`
	Venue struct {
		Name string `json:"name"`
	} `json:"venue"`
}

func readNote(w http.ResponseWriter, r *web.Request) error {
	var n note
	if err := r.JSON(&n); err != nil {
		return err
	}
	var v web.Validation
	v.Check(n.Text != "", "text", "is required")
	v.Check(len(n.Text) < 100, "text", "at most %d characters", 100)
	v.Check(len(n.Seats) < 3, "seats", "at most 2")
	if err := v.Err(); err != nil {
		return err
	}
	return web.Reply(w, 200, n)
}

func TestBodies(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{}, func(r chi.Router) { r.Post("/", web.Handle(readNote)) })
	large := `{"text":"` + strings.Repeat("x", 1<<20) + `"}`
	cases := []struct {
		name, body, media string
		status            int
		code              string
		field             string
	}{
		{"good", `{"text":"hi"}`, "application/json; charset=utf-8", 200, "", ""},
		{"suffix", `{"text":"hi"}`, "application/merge-patch+json", 200, "", ""},
		{"unknown field", `{"text":"hi","later":1}`, "application/json", 200, "", ""},
		{"white space after it", "{\"text\":\"hi\"} \n", "application/json", 200, "", ""},
		{"two values", `{"text":"hi"}{"text":"ho"}`, "application/json", 400, "bad_request", ""},
		{"garbage after it", `{"text":"hi"}}`, "application/json", 400, "bad_request", ""},
		{"not JSON", `text=hi`, "application/json", 400, "bad_request", ""},
		{"cut", `{"text":"h`, "application/json", 400, "bad_request", ""},
		{"empty", ``, "application/json", 400, "bad_request", ""},
		{"another shape", `[1]`, "application/json", 400, "bad_request", ""},
		{"wrong type", `{"text":7}`, "application/json", 422, "invalid", "text"},
		{"wrong type within", `{"text":"hi","venue":{"name":false}}`, "application/json", 422, "invalid", "venue.name"},
		{"not valid", `{"seats":[1,2,3]}`, "application/json", 422, "invalid", "text,seats"},
		{"form", `text=hi`, "application/x-www-form-urlencoded", 415, "unsupported_media_type", ""},
		{"no media type", `{"text":"hi"}`, "", 415, "unsupported_media_type", ""},
		{"too large", large, "application/json", 413, "too_large", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, server, "POST", "/", c.body, "Content-Type", c.media)
			got.want(t, c.status, c.code)
			if c.field == "" {
				return
			}
			fields, _ := got.member(t, "fields").(map[string]any)
			for field := range strings.SplitSeq(c.field, ",") {
				if fields[field] == nil {
					t.Errorf("fields %v do not name %s", fields, field)
				}
			}
		})
	}
}

func TestABodyOfUnknownLengthIsLimitedToo(t *testing.T) {
	t.Parallel()
	server := serve(t, web.Options{MaxBody: 100}, func(r chi.Router) { r.Post("/", web.Handle(readNote)) })
	endless := struct{ *strings.Reader }{strings.NewReader(`{"text":"` + strings.Repeat("x", 200) + `"}`)}
	response, err := server.Client().Post(server.URL, "application/json", endless)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", response.StatusCode)
	}
}
