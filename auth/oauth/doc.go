// Package oauth has a provider say who somebody is: Google, GitHub, or any that
// speaks OpenID Connect.
//
//	google := oauth.Google(clientID, clientSecret)
//	location, attempt, err := google.Begin(ctx, "https://box.example/callback")
//	// keep the attempt for this browser only, send the browser to the location;
//	// it comes back to the callback with an answer
//	identity, token, err := google.Complete(ctx, attempt, r.URL.Query())
//
// An [Attempt] binds the answer to the browser (state), the code to whoever began
// (PKCE, S256) and the id token to this sign-in (nonce). An id token counts when its
// signature, issuer, audience, authorised party, expiry and nonce are right.
//
// Nothing is asked of a provider before it is needed, so one that is away stops no
// start-up. A request to a provider takes 10 seconds and a megabyte at most, follows no
// redirect, and ends with its context.
//
// An [Identity] is the pair of issuer and subject. Addresses move between people:
// [Identity].Email says whom to ask, never whom to let in.
package oauth
