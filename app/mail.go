package app

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/mailbox"
	"github.com/composable-go/composable/email/smtp"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// openMail makes what mails leave by, and the handler of [email.Send]: SMTP, or in
// development the mailbox. A program in production that sends no mail has neither.
func (a *App) openMail() error {
	if a.Config.Dev {
		mailbox.Samples(a.router, a.sampleMails)
	}
	switch {
	case a.Config.SMTPURL != "":
		sender, err := smtp.New(a.Config.SMTPURL, smtp.Options{})
		if err != nil {
			return err
		}
		a.checks = append(a.checks, web.Check{Name: "mail", Run: func(ctx context.Context) (any, error) { return nil, sender.Check(ctx) }})
		a.sender = sender
	case a.Config.Dev:
		box, err := mailbox.New(filepath.Join(a.Config.DataDir, "mailbox"), mailbox.Options{})
		if err != nil {
			return err
		}
		box.Routes(a.router)
		a.sender = box
	default:
		return nil
	}
	store.Handle(a.Runtime, a.send)
	return nil
}

// Mails adds to what /dev/mails shows during development: mails with made-up content,
// their ID being their name. Those of sign-in are there already.
func (a *App) Mails(mails ...email.Message) { a.mails = append(a.mails, mails...) }

func (a *App) sampleMails() ([]email.Message, error) {
	if a.auth == nil {
		return a.mails, nil
	}
	mails, err := a.auth.Mails()
	return append(mails, a.mails...), err
}

// send carries out [email.Send].
func (a *App) send(ctx context.Context, e email.Send, key store.Key) (store.None, error) {
	m := email.Message(e)
	m.ID = string(key)
	m.From = cmp.Or(m.From, a.Config.MailFrom)
	err := a.sender.Send(ctx, m)
	if errors.Is(err, email.ErrPermanent) {
		err = store.Permanent(err)
	}
	return store.None{}, err
}

// completeAuth fills in what follows from the configuration.
func (a *App) completeAuth(o *auth.Options) (err error) {
	if o.Sender == nil {
		if a.sender == nil {
			return errors.New("SMTP_URL is missing, and without it nobody can sign in; set it to smtp://user:password@host:587 (or run with DEV=1 on your own machine)")
		}
		o.Sender = a.sender
	}
	if o.SecretKey == nil {
		if o.SecretKey, err = a.Config.secretKey(); err != nil {
			return err
		}
	}
	o.BaseURL = cmp.Or(o.BaseURL, a.Config.BaseURL)
	o.From = cmp.Or(o.From, a.Config.MailFrom)
	o.Logger = cmp.Or(o.Logger, a.Logger)
	o.Providers = append(o.Providers, a.Config.OAuth...)
	o.AdminEmails = append(o.AdminEmails, a.Config.AdminEmails...)
	return nil
}
