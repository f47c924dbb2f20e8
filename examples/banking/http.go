package main

import (
	"database/sql"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/transfer"
	"github.com/composable-go/composable/web"
)

// patience is how long a request waits for its transfer; then it answers 202.
const patience = 2 * time.Second

func (b Bank) routes(r chi.Router, db *sql.DB, wait web.Waiter) {
	r.Post("/api/accounts", web.Command(b.Accounts, toOpen, web.Created(viewAccount)))
	r.Get("/api/accounts", web.Query(wait, func(r *web.Request) (any, error) { return listAccounts(r.Context(), db) }))
	r.Get("/api/accounts/{id}", web.State(b.Accounts, viewAccount))
	r.Post("/api/accounts/{id}/deposit", web.Command(b.Accounts, to[account.Deposit], web.OK(viewAccount)))
	r.Post("/api/accounts/{id}/withdraw", web.Command(b.Accounts, to[account.Withdraw], web.OK(viewAccount)))
	r.Post("/api/accounts/{id}/close", web.Command(b.Accounts, toClose, web.OK(viewAccount)))
	r.Post("/api/transfers", web.CommandAndAwait(b.Transfers, toStart, transfer.Transfer.Final, patience, web.Created(viewTransfer)))
	r.Get("/api/transfers/{id}", web.State(b.Transfers, viewTransfer))
	r.Get("/api/audit", web.Query(wait, func(r *web.Request) (any, error) { return auditBooks(r.Context(), db) }))
}

func toOpen(r *web.Request) (string, account.Action, error) {
	var command account.Open
	err := r.JSON(&command)
	command.ID = r.NewID()
	return command.ID, command, err
}

// to decodes the body as the command C on the account in the path.
func to[C account.Action](r *web.Request) (string, account.Action, error) {
	var command C
	err := r.JSON(&command)
	return r.Param("id"), command, err
}

func toClose(r *web.Request) (string, account.Action, error) {
	return r.Param("id"), account.Close{}, nil
}

func toStart(r *web.Request) (string, transfer.Action, error) {
	var command transfer.Start
	err := r.JSON(&command)
	command.ID = r.NewID()
	return command.ID, command, err
}

type accountView struct {
	ID           string         `json:"id"`
	Owner        string         `json:"owner"`
	BalanceCents int64          `json:"balance_cents"`
	Status       account.Status `json:"status"`
}

func viewAccount(_ *web.Request, a account.Account) (any, error) {
	return accountView{a.ID, a.Owner, a.BalanceCents, a.Status}, nil
}

type transferView struct {
	ID          string          `json:"id"`
	From        string          `json:"from"`
	To          string          `json:"to"`
	AmountCents int64           `json:"amount_cents"`
	Status      transfer.Status `json:"status"`
	Reason      string          `json:"reason,omitempty"`
}

func viewTransfer(_ *web.Request, t transfer.Transfer) (any, error) {
	return transferView{t.ID, t.From, t.To, t.AmountCents, t.Status, t.Reason}, nil
}
