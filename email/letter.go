package email

import (
	"cmp"
	"embed"
	"errors"
	html "html/template"
	"strings"
	text "text/template"
	"unicode"
)

// Letter is what a mail says, without how it looks. What is empty is left out.
type Letter struct {
	Subject    string
	Title      string // headline; the subject when empty
	Paragraphs []string
	Code       string // to be typed somewhere
	Button     Button
	Facts      []Fact
	Note       string // small print
}

// Button is the one thing that the reader is asked to do.
type Button struct {
	Label string
	URL   string // http or https
}

// Fact is a line of what happened: "Device", "Firefox on Linux".
type Fact struct{ Label, Value string }

//go:embed layout
var files embed.FS

var (
	plainText = text.Must(text.ParseFS(files, "layout/letter.txt"))
	plainHTML = html.Must(html.ParseFS(files, "layout/letter.html"))
)

// Layout makes all mails of an application look alike. Both parts are made of the same
// [Letter]: the templates get its fields, and .App and .Home.
type Layout struct {
	App  string // name of the application
	Home string // its address, https://box.example

	Text *text.Template // of the plain part; a plain one when nil
	HTML *html.Template // of the HTML part; a plain one, light and dark, when nil
}

// Message writes the letter down: subject, text and HTML, without sender and
// recipients. Line breaks and other control characters in what it says become spaces.
// The error is that of a template.
func (l Layout) Message(letter Letter) (Message, error) {
	plain, rich := cmp.Or(l.Text, plainText), cmp.Or(l.HTML, plainHTML)
	content := struct {
		Letter
		App, Home string
	}{letter.flat(), l.App, l.Home}
	var asText, asHTML strings.Builder
	if err := errors.Join(plain.Execute(&asText, content), rich.Execute(&asHTML, content)); err != nil {
		return Message{}, err
	}
	return Message{Subject: content.Subject, Text: asText.String(), HTML: asHTML.String()}, nil
}

// flat is the letter with each of its texts on one line, so that what somebody calls
// their device cannot pass for another part of the mail.
func (l Letter) flat() Letter {
	l.Subject, l.Title, l.Code, l.Note = line(l.Subject), line(l.Title), line(l.Code), line(l.Note)
	if l.Title == "" {
		l.Title = l.Subject
	}
	l.Button = Button{line(l.Button.Label), line(l.Button.URL)}
	paragraphs := make([]string, len(l.Paragraphs))
	for i, p := range l.Paragraphs {
		paragraphs[i] = line(p)
	}
	facts := make([]Fact, len(l.Facts))
	for i, f := range l.Facts {
		facts[i] = Fact{line(f.Label), line(f.Value)}
	}
	l.Paragraphs, l.Facts = paragraphs, facts
	return l
}

func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}
