// Package email holds what a mail is and who can send one.
//
// A reducer asks for a mail by returning [Send]; it is carried out after the
// commit, at least once. Register its handler where the application is wired:
//
//	store.Handle(rt, func(ctx context.Context, e email.Send, key store.Key) (store.None, error) {
//		m := email.Message(e)
//		m.ID = string(key)
//		err := sender.Send(ctx, m)
//		if errors.Is(err, email.ErrPermanent) {
//			err = store.Permanent(err)
//		}
//		return store.None{}, err
//	})
//
// A [Letter] says what is to be told, a [Layout] makes text and HTML of it that look the
// same in all mails of an application:
//
//	m, err := email.Layout{App: "Box Office", Home: "https://box.example"}.Message(email.Letter{
//		Subject:    "Your tickets",
//		Paragraphs: []string{"Here they are. Enjoy the evening!"},
//		Button:     email.Button{Label: "Show the tickets", URL: url},
//	})
//
// Package smtp sends for real; console and mailbox show mails during
// development. Not promised: exactly once. A mail that is sent twice has the
// same [Message].ID both times.
package email
