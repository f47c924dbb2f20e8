// Package auth knows the users, lets them in, and says who sends a request.
//
//	a := auth.New(rt, auth.Options{
//		SecretKey: secret, BaseURL: "https://box.example", From: "box@example", Sender: sender,
//	})
//	router.Route("/auth", a.Routes)
//	router.Use(web.Identify(a.Authenticate)) // on the routes of the application
//
// A user is a stream of package store: that they registered, proved an address,
// signed in, started and ended sessions are its events, and an address belongs
// to one user by a claim. A session is a row with an expiry: its token is 256
// random bits, of which only the SHA-256 is stored.
//
// Every way to sign in ends in one command, [SignIn]. In one commit it takes the
// row that proves who is there (a magic link, say), registers the user when the
// address is new, and inserts the session. So a proof is worth one session even
// when a hundred requests show it at once, and a hundred first visits of one
// address make one user.
//
// An account at a provider (see package oauth) is a way to sign in once it is linked,
// by issuer and subject. Nobody's account is linked because of an address: whose address
// has a user already, or was not verified by the provider, has to show by mail first
// that they read it, and from the same browser where the provider vouches for nothing.
// What a provider's API can be called with afterwards is [Auth.ProviderToken].
//
// A revoked session is refused from the commit on. Connections that outlive a
// request have to be closed by whoever follows the users' events:
// [SessionRevoked] says which.
//
// Not promised: that the last-seen time of a session is exact.
package auth
