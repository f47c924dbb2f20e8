package projection_test

import "testing"

// The checkpoints of programs from before there were rebuilds had one column less.
func TestFormerCheckpointsGoOn(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		for _, statement := range []string{
			`CREATE TABLE projection_checkpoints (name TEXT PRIMARY KEY, position BIGINT NOT NULL)`,
			`CREATE TABLE balances (account TEXT PRIMARY KEY, amount BIGINT NOT NULL, events BIGINT NOT NULL)`,
			`INSERT INTO projection_checkpoints (name, position) VALUES ('balances', 3)`,
			`INSERT INTO balances (account, amount, events) VALUES ('a', 3, 3)`,
		} {
			if _, err := l.db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		l.deposit(t, "a", 0, 3)
		r := l.start(t, balances(fine))
		if amount, events := l.balance(t, r, l.deposit(t, "a", 3, 2)); amount != 5 || events != 5 {
			t.Errorf("amount = %d of %d events, want 5 of 5", amount, events)
		}
		if err := r.Rebuild(t.Context(), "balances"); err != nil {
			t.Error(err)
		}
	})
}
