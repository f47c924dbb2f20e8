// Command banking keeps accounts and moves money between them: a transfer is a
// stream of its own that never loses or makes a cent, whatever crashes.
//
//	go run ./examples/banking
//	json='Content-Type: application/json'
//	curl -H "$json" -d '{"owner":"Ann"}' localhost:8080/api/accounts             # answers an id
//	curl -H "$json" -d '{"amount_cents":5000}' localhost:8080/api/accounts/ID/deposit
//	curl -H "$json" -d '{"from":"ID","to":"ID","amount_cents":700}' localhost:8080/api/transfers
//	curl localhost:8080/api/accounts
//	curl localhost:8080/api/audit
package main

import (
	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/examples/banking/transfer"
	"github.com/composable-go/composable/store"
)

func main() {
	a := app.New(app.FromEnv("DATABASE_URL=sqlite:data/banking.db"))
	wire(a)
	a.Run()
}

// Bank is the stores of a bank.
type Bank struct {
	Accounts  *store.Store[account.Account, account.Action]
	Transfers *store.Store[transfer.Transfer, transfer.Action]
}

// Register adds the stores to a runtime.
func Register(rt *store.Runtime) Bank {
	return Bank{
		Accounts:  store.New(rt, stream.Account, account.Reducer{}),
		Transfers: store.New(rt, stream.Transfer, transfer.Reducer{}),
	}
}

func wire(a *app.App) {
	bank := Register(a.Runtime)
	a.Project(books())
	a.Routes(func(r chi.Router) { bank.routes(r, a.DB(), a.Wait) })
}
