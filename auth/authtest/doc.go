// Package authtest signs people in to a server under test, through the same
// routes and mails as in real life.
//
//	box := authtest.NewMailbox() // the server's email.Sender
//	ada := authtest.SignIn(t, server.URL, box, "ada@example.com")
//	ada.Authorize(request)
package authtest
