package main

import (
	"context"
	"database/sql"

	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/stream"
	"github.com/composable-go/composable/projection"
)

// orders is the read model: all orders and their outcome.
func orders() projection.Projection {
	return projection.New("orders", []string{
		`CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, position BIGINT NOT NULL, product TEXT NOT NULL,
			quantity BIGINT NOT NULL, amount_cents BIGINT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL)`,
	},
		projection.On(stream.Order, func(ctx context.Context, tx *sql.Tx, m projection.Meta, e order.Placed) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO orders (id, position, product, quantity, amount_cents, status, reason)
				VALUES ($1, $2, $3, $4, 0, $5, '')`, m.Key, m.Position, e.Product, e.Quantity, order.StatusPlaced)
			return err
		}),
		outcome(func(e order.Confirmed) order.Order {
			return order.Order{Status: order.StatusConfirmed, AmountCents: e.AmountCents}
		}),
		outcome(func(e order.Rejected) order.Order { return order.Order{Status: order.StatusRejected, Reason: e.Reason} }),
		outcome(func(e order.Cancelled) order.Order {
			return order.Order{Status: order.StatusCancelled, Reason: e.Reason}
		}),
	)
}

func outcome[E any](of func(E) order.Order) projection.Handler {
	return projection.On(stream.Order, func(ctx context.Context, tx *sql.Tx, m projection.Meta, e E) error {
		o := of(e)
		_, err := tx.ExecContext(ctx, `UPDATE orders SET amount_cents = $1, status = $2, reason = $3 WHERE id = $4`,
			o.AmountCents, o.Status, o.Reason, m.Key)
		return err
	})
}

// maxOrders is how many orders are listed, the newest first.
const maxOrders = 100

func listOrders(ctx context.Context, db *sql.DB) (any, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, product, quantity, amount_cents, status, reason FROM orders
		ORDER BY position DESC LIMIT $1`, maxOrders)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []orderView{}
	for rows.Next() {
		var o orderView
		if err := rows.Scan(&o.ID, &o.Product, &o.Quantity, &o.AmountCents, &o.Status, &o.Reason); err != nil {
			return nil, err
		}
		items = append(items, o)
	}
	return map[string]any{"orders": items}, rows.Err()
}
