// Package magiclink signs people in by a link that is mailed to them.
//
// A [Request] is decided by [Reducer] in a stream of its own, which stays
// without events. One commit holds the row that stands for the link and the
// [Mail] to be sent; neither holds the link. Its token is an HMAC of what the
// mail says under a key that only the servers have: it is computed when the row
// is made, and again when the mail is sent, so that nothing at rest signs
// anybody in.
//
// Whoever lets somebody in takes the row (see [Proof]) in the same commit, so of
// many that show the same token one succeeds. Package auth does that.
package magiclink
