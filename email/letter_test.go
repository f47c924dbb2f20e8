package email_test

import (
	"flag"
	html "html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	text "text/template"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/email"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var layout = email.Layout{App: "Box <Office>", Home: "https://box.example"}

func everything() email.Letter {
	return email.Letter{
		Subject: "Sign in to Box <Office>", Title: "Sign in",
		Paragraphs: []string{"Press the button & go on.", "It works once."},
		Code:       "314159",
		Button:     email.Button{Label: "Sign in", URL: "https://box.example/verify?a=1&token=x+y"},
		Facts:      []email.Fact{{Label: "Device", Value: "Firefox on <Linux>"}, {Label: "Place", Value: "Zürich"}},
		Note:       "If it was not you, ignore this mail.",
	}
}

func message(t *testing.T, l email.Layout, letter email.Letter) email.Message {
	t.Helper()
	m, err := l.Message(letter)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLetters(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]email.Letter{
		"everything": everything(),
		"least":      {Subject: "Hello", Paragraphs: []string{"Nothing else."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := message(t, layout, letter)
			if got.Subject != letter.Subject {
				t.Errorf("subject = %q", got.Subject)
			}
			golden(t, name+".txt", got.Text)
			golden(t, name+".html", got.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// What people call their things is shown in mails to others; it must stay what it is.
func TestTextsStayWhereTheyBelong(t *testing.T) {
	t.Parallel()
	letter := everything()
	letter.Subject = "Hi\r\nBcc: eve@example.com"
	letter.Facts = []email.Fact{{Label: "Device", Value: "x\n\nSign in:\nhttps://evil.example\u202e"}}
	letter.Button.URL = "javascript:alert(1)"
	got := message(t, layout, letter)
	if got.Subject != "Hi Bcc: eve@example.com" {
		t.Errorf("subject = %q", got.Subject)
	}
	if want := "Device: x Sign in: https://evil.example\n"; !strings.Contains(got.Text, want) {
		t.Errorf("the text lacks %q:\n%s", want, got.Text)
	}
	if strings.Contains(got.HTML, `href="javascript:`) || strings.Contains(got.HTML, "<Linux>") {
		t.Errorf("HTML:\n%s", got.HTML)
	}
}

func TestAnApplicationHasItsOwnLayout(t *testing.T) {
	t.Parallel()
	own := layout
	own.Text = text.Must(text.New("").Parse("{{.App}}: {{.Title}}"))
	own.HTML = html.Must(html.New("").Parse("<b>{{.Title}}</b> {{.Home}}"))
	got := message(t, own, everything())
	want := email.Message{Subject: "Sign in to Box <Office>", Text: "Box <Office>: Sign in", HTML: "<b>Sign in</b> https://box.example"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	own.HTML = html.Must(html.New("").Parse("{{.Nothing}}"))
	if _, err := own.Message(everything()); err == nil {
		t.Error("a template that asks for what is not there is no error")
	}
}
