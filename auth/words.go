package auth

import (
	"fmt"
	"time"

	"github.com/composable-go/composable/email"
)

// letterKind is a kind of letter: its words, and something that it may be about.
type letterKind struct {
	name   string
	words  func(*Auth, letter) email.Letter
	sample letter
}

// letterKinds are all there are.
func letterKinds() []letterKind {
	const (
		device = "Firefox on Linux"
		place  = "Zürich, Switzerland"
		link   = "/auth/magic-link/verify?token=a-made-up-token-of-43-characters-opens-nothing"
	)
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	alert := []string{"The sign-in came from far away, too soon after the last one."}
	return []letterKind{
		{"sign_in", (*Auth).signInLetter, letter{Device: device, Link: link}},
		{"new_device", (*Auth).newDeviceLetter, letter{Device: device, Place: place, At: at}},
		{"security_alert", (*Auth).alertLetter, letter{Device: device, Place: place, Reasons: alert, At: at}},
		{"passkey_added", (*Auth).passkeyAddedLetter, letter{Passkey: "Ada’s phone", Device: device, At: at}},
		{"passkey_removed", (*Auth).passkeyRemovedLetter, letter{Passkey: "Ada’s phone", Device: device, At: at}},
		{"link_identity", (*Auth).linkIdentityLetter, letter{Provider: "Google", Device: device, Link: link}},
		{"identity_linked", (*Auth).identityLinkedLetter, letter{Provider: "Google", At: at}},
		{"address_change_asked", (*Auth).addressAskedLetter, letter{Device: device, Link: link}},
		{"address_taken", (*Auth).addressTakenLetter, letter{Device: device}},
		{"address_changed", (*Auth).addressChangedLetter, letter{At: at}},
		{"account_deleted", (*Auth).accountDeletedLetter, letter{}},
	}
}

func (a *Auth) signInLetter(l letter) email.Letter {
	return email.Letter{
		Subject:    "Sign in to " + a.options.App,
		Paragraphs: []string{"Press the button to go on. " + a.linkWorks()},
		Button:     email.Button{Label: "Sign in", URL: a.origin + l.Link},
		Note: "If you did not ask for it, somebody may have mistyped their address. You can ignore this mail: " +
			"nobody is signed in without the link. Do not pass it on, nor the code that it shows.",
	}
}

func (a *Auth) linkIdentityLetter(l letter) email.Letter {
	return email.Letter{
		Subject: "Connect your account at " + l.Provider,
		Paragraphs: []string{
			fmt.Sprintf("Somebody came to %s with an account at %s that has your address. If it is yours, connect it, and you can sign in with it.", a.options.App, l.Provider),
			a.linkWorks(),
		},
		Button: email.Button{Label: "Connect " + l.Provider, URL: a.origin + l.Link},
		Note:   "If it was not you, ignore this mail: nothing is connected without the link.",
	}
}

func (a *Auth) addressAskedLetter(l letter) email.Letter {
	return email.Letter{
		Subject: "Confirm your address for " + a.options.App,
		Paragraphs: []string{
			fmt.Sprintf("Somebody wants to use this address for their account at %s. If it was you, confirm that it is yours.", a.options.App),
			a.linkWorks() + " Open it in a browser that is signed in to that account.",
		},
		Button: email.Button{Label: "Confirm this address", URL: a.origin + l.Link},
		Note:   "If it was not you, ignore this mail: nothing changes without the link.",
	}
}

func (a *Auth) linkWorks() string {
	return fmt.Sprintf("The link works once, within %d minutes of your request.", int(a.options.LinkLife.Minutes()))
}

func (a *Auth) addressTakenLetter(letter) email.Letter {
	return email.Letter{
		Subject:    "Somebody entered your address at " + a.options.App,
		Paragraphs: []string{"Somebody who is signed in to another account wanted to use this address for it. It belongs to yours, so nothing has changed."},
		Note:       "If it was you: sign in with this address instead, or delete its account first.",
	}
}

func (a *Auth) addressChangedLetter(letter) email.Letter {
	return email.Letter{
		Subject:    "Your address at " + a.options.App + " was changed",
		Paragraphs: []string{"Your account has another address from now on. You can no longer sign in with this one."},
		Note:       "If it was not you, somebody else may be in your account. Answer this mail at once.",
	}
}

func (a *Auth) accountDeletedLetter(letter) email.Letter {
	return email.Letter{
		Subject:    "Your account at " + a.options.App + " was deleted",
		Paragraphs: []string{"Your account is gone, and with it what was known about you. This is the last mail about it."},
		Note:       "If it was not you, answer this mail.",
	}
}

func (a *Auth) newDeviceLetter(letter) email.Letter {
	return a.news(email.Letter{
		Subject:    "New sign-in to " + a.options.App,
		Paragraphs: []string{"Somebody signed in to your account from a device that was not used for it before."},
	})
}

func (a *Auth) passkeyAddedLetter(letter) email.Letter {
	return a.news(email.Letter{
		Subject:    "A passkey was added to your account at " + a.options.App,
		Paragraphs: []string{"You can sign in with it from now on."},
	})
}

func (a *Auth) passkeyRemovedLetter(letter) email.Letter {
	return a.news(email.Letter{
		Subject:    "A passkey was removed from your account at " + a.options.App,
		Paragraphs: []string{"Nobody can sign in with it any more."},
	})
}

func (a *Auth) identityLinkedLetter(l letter) email.Letter {
	return a.news(email.Letter{
		Subject:    fmt.Sprintf("%s was connected to your account at %s", l.Provider, a.options.App),
		Paragraphs: []string{fmt.Sprintf("You can sign in with your account at %s from now on.", l.Provider)},
	})
}

// alertLetter is about a sign-in that looks like somebody else's, or a passkey that was
// used as if there were two of it.
func (a *Auth) alertLetter(l letter) email.Letter {
	w := email.Letter{Subject: "Was this you at " + a.options.App + "?", Paragraphs: append([]string{"Your account was used in an unusual way."}, l.Reasons...)}
	if l.Passkey != "" {
		w.Paragraphs = append(w.Paragraphs, "The passkey may have been copied. Remove it, and add another one in its place.")
	}
	return a.news(w)
}

// news tells of something that its reader need do nothing about, if they did it.
func (a *Auth) news(w email.Letter) email.Letter {
	w.Button = email.Button{Label: "Look at your account", URL: a.origin + a.options.AccountPath}
	w.Note = "If this was you, there is nothing to do. If not: sign in, end the sessions that you do not know, and remove the ways to sign in that are not yours."
	return w
}
