package magiclink

import (
	"context"
	"embed"
	"errors"
	html "html/template"
	"strings"
	text "text/template"
	"time"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/store"
)

//go:embed mail.txt mail.html
var files embed.FS

var (
	textTemplate = text.Must(text.ParseFS(files, "mail.txt"))
	htmlTemplate = html.Must(html.ParseFS(files, "mail.html"))
)

var errTooLate = errors.New("magiclink: the link expired before it could be mailed")

// deliver carries out the effect.
func (l *Links) deliver(ctx context.Context, m Mail, key store.Key) (store.None, error) {
	if !time.Now().Before(m.Expires) {
		return store.None{}, store.Permanent(errTooLate)
	}
	message, err := l.message(m)
	if err != nil {
		return store.None{}, store.Permanent(err)
	}
	message.ID = string(key)
	err = l.options.Sender.Send(ctx, message)
	if errors.Is(err, email.ErrPermanent) {
		err = store.Permanent(err)
	}
	return store.None{}, err
}

func (l *Links) message(m Mail) (email.Message, error) {
	content := struct {
		App, Link string
		Minutes   int
	}{l.options.App, l.options.Address + "?token=" + m.token(l.options.Key), int(l.options.Life.Minutes())}
	var plain, rich strings.Builder
	if err := errors.Join(textTemplate.Execute(&plain, content), htmlTemplate.Execute(&rich, content)); err != nil {
		return email.Message{}, err
	}
	return email.Message{
		From: l.options.From, To: []string{m.To}, Subject: "Sign in to " + content.App,
		Text: plain.String(), HTML: rich.String(),
	}, nil
}
