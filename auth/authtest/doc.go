// Package authtest signs people in to a server under test, through the same
// routes and mails as in real life.
//
//	box := authtest.NewMailbox() // the server's email.Sender
//	ada := authtest.SignIn(t, server.URL, box, "ada@example.com")
//	ada.Authorize(request)
//
// An [Authenticator] holds passkeys:
//
//	key := authtest.NewAuthenticator(server.URL) // as in Options.BaseURL
//	key.Register(t, server.URL, ada)
//	ada = key.SignIn(t, server.URL)
//	ada = key.StepUp(t, server.URL, ada, "payment.Refund", refund)
package authtest
