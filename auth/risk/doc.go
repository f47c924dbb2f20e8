// Package risk tells how much a sign-in looks like somebody else's, by what is
// known of the account's former ones.
//
//	assessment := risk.Policy{}.Assess(history, attempt)
//	if assessment.Response == risk.Refuse { … }
//
// It is a pure function of plain values: the same history, in whatever order, and
// the same attempt give the same assessment, so a [Policy] can be tried on the
// sign-ins of the past before it decides those of today.
//
// What speaks against a sign-in are its factors, each with a name, points and a
// sentence for people. The points make the score, the score the [Level], and the
// level says what to do: nothing, a mail to the owner, a second proof, a refusal.
//
// A user's very first sign-in is no risk: there is nothing it could differ from,
// and nothing to be stolen.
//
// Not promised: to recognise an attacker. Networks and places come from addresses,
// which may be borrowed; what a policy refuses must have another way in.
package risk
