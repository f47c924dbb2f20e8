package smtp

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/composable-go/composable/email"
)

// Sender is an [email.Sender] that opens one connection per mail. It is safe
// for concurrent use.
type Sender struct {
	config  config
	tls     *tls.Config
	options []mail.Option
}

// New returns a sender for the server that the URL names; see the package
// documentation for its forms. It does not connect: see [Sender.Check].
func New(rawURL string, o Options) (*Sender, error) {
	c, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	s := &Sender{config: c, tls: c.tls(o.RootCAs)}
	s.options = []mail.Option{
		mail.WithPort(c.port),
		mail.WithTimeout(cmp.Or(o.Timeout, 15*time.Second)),
		mail.WithTLSConfig(s.tls),
		mail.WithTLSPolicy(c.policy),
	}
	if o.HELO != "" {
		s.options = append(s.options, mail.WithHELO(o.HELO))
	}
	if c.user != nil {
		password, _ := c.user.Password()
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.user.Username()), mail.WithPassword(password))
	}
	if _, err := mail.NewClient(c.host, s.options...); err != nil {
		return nil, fmt.Errorf("smtp: the URL or the options are unusable: %w", err)
	}
	return s, nil
}

// Send delivers the mail to the server. Message-ID is made of the mail's ID. A
// refusal of the mail with a 5xx reply is [email.ErrPermanent]. Ending ctx
// breaks the connection.
func (s *Sender) Send(ctx context.Context, m email.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	msg, err := message(m)
	if err != nil {
		return fmt.Errorf("%w: %w", email.ErrPermanent, err)
	}
	err = s.converse(ctx, msg)
	var refused *mail.SendError
	switch {
	case err == nil, msg.IsDelivered(): // what fails after the server accepted the mail does not matter
		return nil
	case errors.As(err, &refused) && refused.ErrorCode() >= 500:
		return fmt.Errorf("%w: %w", email.ErrPermanent, err)
	case ctx.Err() != nil:
		return fmt.Errorf("smtp: %w", ctx.Err())
	}
	return fmt.Errorf("smtp: %w", err)
}

// Check connects, introduces and authenticates itself, and leaves: it tells
// whether mails could be sent now.
func (s *Sender) Check(ctx context.Context) error {
	if err := s.converse(ctx); err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	return nil
}

// converse has one connection with the server. It dials by itself because
// go-mail listens to ctx while dialling only, and keeps connections open whose
// greeting failed.
func (s *Sender) converse(ctx context.Context, msgs ...*mail.Msg) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialing, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	options := append(slices.Clone(s.options), mail.WithDialContextFunc(dial))
	client, err := mail.NewClient(s.config.host, options...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, msgs...)
}

func (s *Sender) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.config.implicit {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func message(m email.Message) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(m.From); err != nil {
		return nil, err
	}
	if err := msg.To(m.To...); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	if m.ID != "" {
		msg.SetMessageIDWithValue(messageID(m))
	}
	if m.Text == "" {
		msg.SetBodyString(mail.TypeTextHTML, m.HTML)
		return msg, nil
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

// messageID keeps the mail's ID legible. Query escaping leaves nothing that a
// Message-ID may not hold.
func messageID(m email.Message) string {
	from, err := netmail.ParseAddress(m.From)
	if err != nil {
		return url.QueryEscape(m.ID)
	}
	return url.QueryEscape(m.ID) + from.Address[strings.LastIndex(from.Address, "@"):]
}
