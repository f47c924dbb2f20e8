package auth

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/web"
)

// verifyPath is where mails and pages lead to.
const verifyPath = "/auth/magic-link/verify"

// Routes serves sign-in and account. It must be mounted at /auth, below
// [web.Middleware].
func (a *Auth) Routes(r chi.Router) {
	open := r.With(a.limit)
	open.Get("/auth.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "pages/auth.css")
	})
	open.Post("/magic-link/send", web.Handle(a.sendLink))
	open.Get("/magic-link/verify", web.Handle(a.showVerify))
	open.Post("/magic-link/verify", web.Handle(a.verify))
	open.Get("/magic-link/code", web.Handle(a.showCode))
	open.Post("/magic-link/code", web.Handle(a.useTypedCode))

	open.Get("/providers", web.Handle(a.listProviders))
	open.Get("/oauth/{provider}/authorize", web.Handle(a.authorize))
	open.Get("/oauth/confirm", web.Handle(a.showConfirm))
	open.Post("/oauth/confirm", web.Handle(a.confirm))

	open.Get("/me/email/confirm", web.Handle(a.showAddress))
	open.Post("/me/email/confirm", web.Handle(a.confirmAddress))

	known := open.With(web.Identify(a.Authenticate), a.limitAccount)
	known.Get("/session", web.Handle(a.showSession))
	known.Post("/logout", web.Handle(a.logout))
	known.Get("/oauth/{provider}/callback", web.Handle(a.callback))
	open.Post("/session/refresh", web.Handle(a.refreshSession))

	own := known.With(web.RequireActor)
	own.Get("/sessions", web.Handle(a.listSessions))
	own.Delete("/sessions", web.Handle(a.revokeOthers))
	own.Delete("/sessions/{id}", web.Handle(a.revokeOne))
	own.Post("/oauth/{provider}/link", web.Handle(a.linkIdentity))
	own.Get("/identities", web.Handle(a.listIdentities))
	own.Delete("/identities/{provider}", web.Handle(a.unlinkIdentity))
	own.Get("/devices", web.Handle(a.listDevices))
	own.Post("/devices/{id}/trust", web.Handle(a.trustDevice))
	own.Delete("/devices/{id}", web.Handle(a.revokeDevice))
	own.Get("/me", web.Handle(a.showProfile))
	own.Patch("/me", a.changeProfile())
	own.Post("/me/email", web.Handle(a.askForAddress))
	own.Get("/me/export", web.Handle(a.export))
	own.Delete("/me", web.Handle(a.deleteAccount))
	if a.passkeys != nil {
		a.passkeyRoutes(open, own)
	}
}

func (a *Auth) passkeyRoutes(open, own chi.Router) {
	open.Post("/passkey/login/begin", web.Handle(a.beginPasskeyLogin))
	open.Post("/passkey/login/complete", web.Handle(a.completePasskeyLogin))
	open.Post("/passkey/sign-up/begin", web.Handle(a.beginPasskeySignUp))
	open.Post("/passkey/sign-up/complete", web.Handle(a.completePasskeySignUp))
	own.Post("/passkey/register/begin", web.Handle(a.beginRegistration))
	own.Post("/passkey/register/complete", web.Handle(a.completeRegistration))
	own.Get("/passkeys", web.Handle(a.listPasskeys))
	own.Patch("/passkeys/{id}", web.Handle(a.renamePasskey))
	own.Delete("/passkeys/{id}", web.Handle(a.removePasskey))
	own.Post("/step-up/begin", web.Handle(a.beginStepUp))
	own.Post("/step-up/complete", web.Handle(a.completeStepUp))
}
