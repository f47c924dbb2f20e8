package auth

import (
	"time"

	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/store"
)

// maxFailures is how many failed attempts an hour are recorded for one user, so that
// nobody fills the log, or the owner's mailbox, by failing.
const maxFailures = 20

// response is what is done about a sign-in. A passkey that has verified its user is a
// second proof already, and who has no passkey has none to give: a mail has to do then.
func (u *User) response(a SignIn) risk.Response {
	asked := risk.Response(a.Risk.Response)
	switch {
	case asked == risk.Refuse && a.Level >= LevelStrong,
		asked == risk.StepUp && (a.Level >= LevelStrong || len(u.Passkeys) == 0):
		return risk.Notice
	}
	return asked
}

// refusal returns why a sign-in is refused in spite of its proof, nil when it is not.
func (u *User) refusal(a SignIn) *store.Refusal {
	switch u.response(a) {
	case risk.Refuse:
		return ErrSignInRefused
	case risk.StepUp:
		return ErrPasskeyRequired
	}
	return nil
}

// refuse notes a sign-in that comes to nothing. Its proofs are taken all the same, so
// that nobody tries them from elsewhere.
func (u *User) refuse(a SignIn, reason *store.Refusal, env store.Env) store.Effects {
	failed := FailLogin{Method: a.Method, Reason: reason.Code, Circumstances: a.Circumstances, Risk: a.Risk}
	effects := u.failLogin(failed, env)
	if len(effects) > 0 {
		effects = append(effects, u.alert(a, env)...)
	}
	return effects
}

// failLogin notes a failed attempt, unless too many were noted lately.
func (u *User) failLogin(a FailLogin, env store.Env) store.Effects {
	lately := 0
	for _, attempt := range u.Attempts {
		if !attempt.OK && env.Now.Sub(attempt.At) < time.Hour {
			lately++
		}
	}
	if u.ID == "" || lately >= maxFailures {
		return nil
	}
	return store.Effects{store.Record(LoginFailed(a))}
}

// alert tells the owner of a sign-in that was let in or refused, if it is risky.
func (u *User) alert(a SignIn, env store.Env) store.Effects {
	if r := u.response(a); r == "" || r == risk.Nothing || !u.EmailVerified {
		return nil
	}
	return store.Effects{Notice{Kind: "security_alert", User: u.ID, To: u.Address, Details: a.Warning, At: env.Now}}
}
