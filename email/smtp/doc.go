// Package smtp sends mails through an SMTP server, with TLS unless told
// otherwise.
//
//	sender, err := smtp.New("smtp://user:password@mail.example.com:587", smtp.Options{})
//
// The scheme smtp begins in the clear and demands STARTTLS; smtps speaks TLS
// from the first byte. For a server on the same machine, ?tls=none switches TLS
// off and ?tls=opportunistic uses it when it is offered; both leave the mails
// readable to whoever stands between.
package smtp
