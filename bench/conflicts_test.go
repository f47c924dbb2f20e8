package bench

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/composable-go/composable/store"
)

const conflictsIntroduction = `
## Conflicts

All writers send to one stream on Postgres: half of them on each of **two nodes**, which
decide against each other, or all on **one node**. A writer whose command ends in
ErrConflict sends it again; commits count, attempts do not. The ratio is to be at least 0.5.
`

func measureConflicts(b *testing.B) string {
	var out strings.Builder
	out.WriteString(conflictsIntroduction)
	t := table{title: "### postgres, one hot stream", callers: "writers", ours: "two nodes/s", other: "one node/s", ratio: "two : one"}
	t.rows = append(t.rows, compare(b, storm(), loads()[0], 32))
	t.write(&out)
	return out.String()
}

func storm() system {
	return system{
		"postgres",
		func(b testing.TB) sender { return sendFrom(b, 2) },
		func(b testing.TB) sender { return sendFrom(b, 1) },
	}
}

// sendFrom has the callers, whose number is the key, send from nodes of one database.
func sendFrom(b testing.TB, nodes int) sender {
	url := postgresURL(b)
	all := make([]*store.Store[account, action], nodes)
	for i := range all {
		all[i] = start(b, postgresAt(b, url), reducer{}, store.Options{})
	}
	return func(ctx context.Context, caller string) error {
		n, err := strconv.Atoi(caller)
		if err != nil {
			return err
		}
		for {
			_, err := all[n%nodes].Send(ctx, "hot", aDeposit())
			if !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
}
