package email_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/email"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	good := email.Message{ID: "k", From: "Box <box@example.com>", To: []string{"ada@example.com"}, Subject: "Grüße", Text: "hi"}
	cases := map[string]struct {
		change func(*email.Message)
		ok     bool
	}{
		"complete":                {func(*email.Message) {}, true},
		"without id":              {func(m *email.Message) { m.ID = "" }, true},
		"HTML only":               {func(m *email.Message) { m.Text, m.HTML = "", "<p>hi</p>" }, true},
		"line break in the text":  {func(m *email.Message) { m.Text = "a\r\nBcc: eve@example.com" }, true},
		"no recipient":            {func(m *email.Message) { m.To = nil }, false},
		"no content":              {func(m *email.Message) { m.Text = "" }, false},
		"no sender":               {func(m *email.Message) { m.From = "" }, false},
		"recipient is no address": {func(m *email.Message) { m.To = []string{"ada"} }, false},
		"two recipients in one":   {func(m *email.Message) { m.To = []string{"a@example.com, b@example.com"} }, false},
		"header in the subject":   {func(m *email.Message) { m.Subject = "hi\r\nBcc: eve@example.com" }, false},
		"header in the sender":    {func(m *email.Message) { m.From = "box@example.com\nBcc: eve@example.com" }, false},
		"header in a recipient":   {func(m *email.Message) { m.To = []string{"ada@example.com\r\nBcc: eve@example.com"} }, false},
		"header in the id":        {func(m *email.Message) { m.ID = "k>\r\nBcc: eve@example.com" }, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := good
			c.change(&m)
			err := m.Check()
			if (err == nil) != c.ok || (err != nil && !errors.Is(err, email.ErrPermanent)) {
				t.Errorf("Check() = %v, want ok %v", err, c.ok)
			}
		})
	}
}

func TestSendIsAMessage(t *testing.T) {
	t.Parallel()
	want := email.Message{From: "a@example.com", To: []string{"b@example.com"}, Subject: "s", Text: "t", HTML: "<p>h</p>"}
	data, err := json.Marshal(email.Send(want))
	if err != nil {
		t.Fatal(err)
	}
	var got email.Send
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, email.Message(got)); diff != "" {
		t.Errorf("after JSON (-want +got):\n%s", diff)
	}
}
