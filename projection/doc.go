// Package projection keeps read models: what follows the event log, in SQL tables
// or in another [Sink].
//
// A [Projection] in SQL names its tables and says what each event does to them:
//
//	projection.New("orders", []string{
//		`CREATE TABLE IF NOT EXISTS {orders} (id TEXT PRIMARY KEY, status TEXT NOT NULL)`,
//	},
//		projection.On("order", func(ctx context.Context, tx *projection.Tx, m projection.Meta, e order.Placed) error {
//			_, err := tx.Exec(ctx, `INSERT INTO {orders} (id, status) VALUES ($1, 'Placed')`, m.Key)
//			return err
//		}),
//	)
//
// A [Runner] feeds it, on one node at a time. The checkpoint is written in the
// transaction of the rows, so each event is applied exactly once, also while an
// owner that was succeeded does not know it yet. [Runner.Wait] gives readers their
// own writes, on every node.
//
// An event that cannot be applied stops its projection, visibly: see
// [Runner.Status], [Runner.Retry] and [Runner.Skip]. [Runner.Rebuild] fills the tables
// anew while the old ones serve.
//
// Statements use $1 placeholders, which SQLite and Postgres both understand.
// Portable tables keep times as BIGINT unix milliseconds and documents as TEXT.
package projection
