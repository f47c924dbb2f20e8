// Package projection keeps read models: SQL tables that follow the event log.
//
// A [Projection] names its tables and says what each event does to them:
//
//	projection.New("orders", []string{
//		`CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, status TEXT NOT NULL)`,
//	},
//		projection.On("order", func(ctx context.Context, tx *sql.Tx, m projection.Meta, e order.Placed) error {
//			_, err := tx.ExecContext(ctx, `INSERT INTO orders (id, status) VALUES ($1, 'Placed')`, m.Key)
//			return err
//		}),
//	)
//
// A [Runner] feeds it. The checkpoint is written in the transaction of the rows,
// so each event is applied exactly once, also when several nodes run the same
// projection. [Runner.Wait] gives readers their own writes.
//
// Statements use $1 placeholders, which SQLite and Postgres both understand.
// Portable tables keep times as BIGINT unix milliseconds and documents as TEXT.
package projection
