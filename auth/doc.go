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
// Passkeys are events of their user: their public keys are no secret. A session is of
// [LevelStrong] for a while after a passkey has verified its user, at sign-in or at a
// step-up. A step-up is bound to one action and its arguments; the reducer of that
// action spends it, see [Confirmed].
//
// # Sessions
//
// A session ends [Options].SessionLife after sign-in, or SessionIdle after its last use;
// with SessionCap its life counts from the last use, up to that cap. Over a socket, a
// command is a use. A user has at most MaxSessions; the oldest makes room. A session
// gets another token when it is refreshed and when its level rises. The former one goes
// on for 30 s at the level that it had, for requests under way; whoever refreshes by it
// meanwhile is given the same next token, unless the level rose.
//
// A revoked session is refused from the commit on. Connections that outlive a
// request have to be closed by whoever follows the users' events:
// [SessionRevoked] says which; and ask [Auth.CheckSession] before they act.
//
// A browser is recognised by a cookie of its own, for a year. The owner of an account
// gets a letter about a sign-in from a device that was not seen before, and says which
// ones to trust; [Device.Trust] says what is thought of the others. To revoke a device
// ends its sessions.
//
// Administrators grant roles, by [GrantRole] and [RevokeRole]. Either ends all sessions
// of the user, as a session has the roles of its beginning.
//
// # Risk
//
// Each sign-in is assessed by package risk, on the circumstances of the user's former
// ones: device, network, time, place where [Options].Locator knows it, failures, and
// how many accounts failed from the same network. Score, level and factors are in the
// events; the circumstances beside them are sealed under the user's key. By default a
// medium risk is told to the owner by mail. A high one demands a passkey of who has one,
// whatever else was proved, and is told to who has none. A critical one is refused:
// the proof is used up, [LoginFailed] recorded, the owner told. A passkey that has
// verified its user is never refused for its risk, so it is the way in that remains;
// without one, what speaks against a sign-in passes within the hour or with a device
// that was used before. At most 20 failures an hour are recorded for one user. How
// another policy would have done is what "composable risk replay" tells.
//
// # Limits
//
// Every route counts against the limits of its kind, by the table in limit_routes.go:
// those that mail, prove or change something in rows that all nodes share, those that
// read in each node's memory; see [Limits]. What is too much is answered with 429 and
// Retry-After.
//
// Not promised: that the last-seen time of a session is exact.
package auth
