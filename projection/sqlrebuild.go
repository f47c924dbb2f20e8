package projection

import (
	"context"
	"fmt"
)

var _ Rebuilder = (*sqlSink)(nil)

// Fresh implements [Rebuilder].
func (s *sqlSink) Fresh(ctx context.Context) (Sink, error) {
	fresh := *s
	err := s.transact(ctx, func(tx *Tx) error {
		_, number, err := s.hold(ctx, tx)
		if err != nil {
			return err
		}
		fresh.fresh = generation{number: number + 1, fresh: true}
		fresh.name = s.name + fresh.fresh.suffix()
		for _, table := range s.schema.tables {
			if _, err := tx.Exec(ctx, `DROP TABLE IF EXISTS `+table+fresh.fresh.suffix()); err != nil {
				return err
			}
		}
		if err := s.create(ctx, tx, fresh.fresh); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO projection_checkpoints (name, position) VALUES ($1, 0)
			ON CONFLICT (name) DO UPDATE SET position = 0`, fresh.name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &fresh, nil
}

// Switch implements [Rebuilder]. Those who read meanwhile finish with the old
// tables, or wait and find the new ones. On Postgres a transaction that has read the
// old tables delays it, and one that began before, at REPEATABLE READ, and reads them
// for the first time afterwards, misses rows; at READ COMMITTED, the default, none does.
func (s *sqlSink) Switch(ctx context.Context, fresh Sink) (done bool, err error) {
	next, ok := fresh.(*sqlSink)
	if !ok {
		return false, fmt.Errorf("projection: a %T cannot take the place of tables", fresh)
	}
	err = s.transact(ctx, func(tx *Tx) error {
		position, number, err := s.hold(ctx, tx)
		if err != nil {
			return err
		}
		reached, _, err := next.hold(ctx, tx)
		if err != nil || reached < position || number+1 != next.fresh.number {
			return err
		}
		done = true
		return s.replace(ctx, tx, next, reached)
	})
	return done && err == nil, err
}

func (s *sqlSink) replace(ctx context.Context, tx *Tx, next *sqlSink, reached int64) error {
	// Readers of two tables could wait for us while we wait for them: give up before
	// Postgres looks for deadlocks, and come again. SQLite does not know the
	// statement, nor such readers.
	_, _ = tx.tx.ExecContext(ctx, `SET LOCAL lock_timeout = '200ms'`)
	for _, table := range s.schema.tables {
		if _, err := tx.Exec(ctx, `DROP TABLE IF EXISTS `+table); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `ALTER TABLE `+table+next.fresh.suffix()+` RENAME TO `+table); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM projection_checkpoints WHERE name = $1`, next.name); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE projection_checkpoints SET position = $1, generation = $2 WHERE name = $3`, reached, next.fresh.number, s.name)
	return err
}
