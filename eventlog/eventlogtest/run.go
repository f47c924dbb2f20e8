package eventlogtest

import (
	"testing"

	"github.com/composable-go/composable/eventlog"
)

// Run checks the contract. Each call of open must return an empty backend; the
// suite closes it. A backend with a method ReadModels() *sql.DB keeps an SQL
// database and has to run the statements of appends there.
func Run(t *testing.T, open func(t *testing.T) eventlog.Backend) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"Append", appendTests},
		{"Batch", batchTests},
		{"Command", commandTests},
		{"Claim", claimTests},
		{"Row", rowTests},
		{"Work", workTests},
		{"Lane", laneTests},
		{"Kinds", kindTests},
		{"Failure", failureTests},
		{"WorkOf", workOfTests},
		{"Done", doneTests},
		{"DeadLetter", deadLetterTests},
		{"Journal", journalTests},
		{"Snapshot", snapshotTests},
		{"Statement", statementTests},
		{"Read", readTests},
		{"Contention", contentionTests},
		{"Wait", waitTests},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range g.tests {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(newLog(t, open(t)))
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(l *log)
}
