// Package magiclink proves that somebody reads the mail of an address, by a link that
// is mailed there.
//
//	waiting, err := links.Request(ctx, magiclink.Request{ID: r.NewID(), Purpose: "sign_in", Email: address})
//	…
//	link, err := links.Find(ctx, "sign_in", token)           // shows it, changes nothing
//	link, err := links.FindByCode(ctx, "sign_in", waiting, code)
//	kind, key := link.Proof()                                // to be taken by whoever uses it
//
// One link lives per purpose and address: asking again makes the former worthless. Two
// rows stand for a link. One, by a blind name of purpose and address, says which link
// is the live one; the other, by the hash of the link's token, holds what it says and
// is taken by whoever uses it, in the same commit. So of many that show the same token
// one succeeds, and an older link never stands in for a newer one.
//
// A link that is opened on another device than the one that asked can still let the
// latter in: the page that it opens shows a code, to be typed where the browser waits.
// The browser has proved itself by a cookie by then, and may try five codes.
//
// Token, code and cookie are HMACs of what the link says, under a key that only the
// servers have, and what it says is sealed. Nothing at rest signs anybody in or tells
// an address.
package magiclink
