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

**Storm**: all writers send to one stream on Postgres, half of them on each of two nodes,
which decide against each other. A writer whose command ends in ErrConflict sends it again;
commits count, attempts do not. Beside it the same writers without conflicts: on one node,
whose commands to the stream are decided one on the outcome of the other, and on two nodes
with a stream each. The ratio is to be at least 0.5.
`

func measureConflicts(b *testing.B) string {
	var out strings.Builder
	out.WriteString(conflictsIntroduction)
	for _, s := range storms() {
		t := table{title: "### storm, beside " + s.name, callers: "writers", ours: "storm, commits/s", other: "beside, commits/s", ratio: "ratio"}
		t.rows = append(t.rows, compare(b, s, loads()[0], 32))
		t.write(&out)
	}
	return out.String()
}

func storms() []system {
	hot := func(int) string { return "hot" }
	storm := func(b testing.TB) sender { return sendFrom(b, 2, hot) }
	return []system{
		{"one node", storm, func(b testing.TB) sender { return sendFrom(b, 1, hot) }},
		{"a stream per writer", storm, func(b testing.TB) sender { return sendFrom(b, 2, strconv.Itoa) }},
	}
}

// sendFrom has the callers, whose number is the key, send from nodes of one database to
// the stream that belongs to a caller.
func sendFrom(b testing.TB, nodes int, streamOf func(caller int) string) sender {
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
			_, err := all[n%nodes].Send(ctx, streamOf(n), aDeposit())
			if !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
}
