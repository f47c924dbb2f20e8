package killtest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/internal/pgtest"
)

func TestMain(m *testing.M) {
	variable := os.Getenv(nodeVariable)
	if variable == "" {
		// What takes time is that the leases of the dead run out.
		if err := flag.Set("test.parallel", "12"); err != nil {
			panic(err)
		}
		goleak.VerifyTestMain(m)
		return
	}
	var s setup
	err := json.Unmarshal([]byte(variable), &s)
	if err == nil {
		err = runNode(context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// lives is how often a node dies: first when a point is reached, the next time
// when it is reached for the second time, and so on.
const lives = 3

// TestANodeThatDiesGoesOnWhereItWas kills the only node and starts it again.
func TestANodeThatDiesGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{"sqlite": sqliteFile, "postgres": postgresURL} {
		for _, p := range points() {
			t.Run(name+"/"+string(p), func(t *testing.T) {
				t.Parallel()
				dieAndGoOn(newTrial(t, database(t)), p)
			})
		}
	}
}

func dieAndGoOn(t *trial, p point) {
	for nth := 1; nth <= lives; nth++ {
		t.tradeUntilDead(t.launch(p, nth), nth)
	}
	last := t.launch(never, 0)
	t.complete(last)
	t.askAgain(last)
	r := t.remains()
	t.check(r)
	overdue, repeated := r.overdue(t.starts), r.repeated(t.orders)
	t.Logf("%d timers fell due while nobody was there, %d effects were carried out again", overdue, repeated)
	if p == committed && overdue == 0 {
		t.Errorf("no timer fell due while nobody was there")
	}
	if (p == done || p == completing) && repeated == 0 {
		t.Errorf("no effect was carried out again")
	}
}

// TestAnotherNodeTakesOver kills one of two nodes and does not start it again.
func TestAnotherNodeTakesOver(t *testing.T) {
	t.Parallel()
	for _, p := range points() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			takeOver(newTrial(t, postgresURL(t)), p)
		})
	}
}

func takeOver(t *trial, p point) {
	first := t.start(setup{Point: p, Nth: 2, Leads: true})
	other := t.launch(never, 0)
	t.tradeUntilDead(first, 4)
	died := time.Now()
	t.complete(other)
	t.Logf("taken over in %v", time.Since(died).Round(time.Millisecond))
	t.askAgain(other)
	t.check(t.remains())
}

func sqliteFile(t *testing.T) string { return filepath.Join(t.TempDir(), "log.db") }

// postgresURL leaves connections to the others: many nodes run at a time.
func postgresURL(t *testing.T) string { return pgtest.URL(t) + "&pool_max_conns=2" }
