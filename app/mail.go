package app

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/mailbox"
	"github.com/composable-go/composable/email/smtp"
	"github.com/composable-go/composable/web"
)

func (a *App) completeAuth(o *auth.Options) (err error) {
	if o.Sender == nil {
		if o.Sender, err = a.sender(); err != nil {
			return err
		}
	}
	if o.SecretKey == nil {
		if o.SecretKey, err = a.Config.secretKey(); err != nil {
			return err
		}
	}
	if o.BaseURL == "" {
		o.BaseURL = a.Config.BaseURL
	}
	if o.From == "" {
		o.From = a.Config.MailFrom
	}
	if o.Logger == nil {
		o.Logger = a.Logger
	}
	o.AdminEmails = append(o.AdminEmails, a.Config.AdminEmails...)
	return nil
}

// sender is what mails leave by: SMTP, or in development the mailbox.
func (a *App) sender() (email.Sender, error) {
	if a.Config.SMTPURL != "" {
		s, err := smtp.New(a.Config.SMTPURL, smtp.Options{})
		if err != nil {
			return nil, err
		}
		a.checks = append(a.checks, web.Check{Name: "mail", Run: func(ctx context.Context) (any, error) { return nil, s.Check(ctx) }})
		return s, nil
	}
	if !a.Config.Dev {
		return nil, errors.New("SMTP_URL is missing, and without it nobody can sign in; set it to smtp://user:password@host:587 (or run with DEV=1 on your own machine)")
	}
	box, err := mailbox.New(filepath.Join(a.Config.DataDir, "mailbox"), mailbox.Options{})
	if err != nil {
		return nil, err
	}
	a.Routes(box.Routes)
	return box, nil
}
