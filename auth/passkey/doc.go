// Package passkey runs WebAuthn ceremonies: the making of a passkey, and the proof
// that somebody holds it.
//
//	rp, err := passkey.New(rt, passkey.Options{ID: "box.example", Name: "Box", Origins: []string{"https://box.example"}})
//	options, err := rp.BeginRegistration(ctx, passkey.Ceremony{Purpose: passkey.Register, Owner: id}, user, nil)
//	// … the browser answers …
//	made, err := rp.FinishRegistration(ctx, passkey.Register, id, response)
//
// A ceremony is a row that expires after [Life]. Its kind is the [Purpose], its key
// the hash of the challenge, so that the answer to a challenge finds the ceremony it
// was made for and no other: not one of another purpose, and not one that is over.
// Finishing verifies and changes nothing. Whoever believes the result takes the row
// that [Proof] names in the same commit, so of many that show one answer one
// succeeds. Package auth does that.
//
// Passkeys are discoverable: to sign in nobody says who they are, and no answer
// depends on which passkeys exist. What a sign count means is left to the reducer
// that knows the last one.
package passkey
