package sqlite_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/composable-go/composable/eventlog"
)

// TestNothingIsLeftOfWhatIsDeleted writes rows and claims of all sizes among others,
// and deletes them, in an order that leaves a copy behind if all that is deleted is
// overwritten and nothing more.
func TestNothingIsLeftOfWhatIsDeleted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.db")
	log := open(t, path)
	chance := rand.New(rand.NewPCG(1, 3))
	stream := eventlog.StreamID{Store: "user", Key: "1"}
	canary := func(i, longest int) string { return fmt.Sprint("canary", i, strings.Repeat("x", chance.IntN(longest))) }
	var writes, deletes []eventlog.Append
	for i := range 400 {
		row := eventlog.Row{Kind: "key", Key: canary(i, 300), Owner: "canary", Data: []byte(canary(i, 6000))}
		name := fmt.Sprint("claim-canary-", i)
		writes = append(writes, eventlog.Append{Stream: stream, Rows: []eventlog.RowChange{{Row: row}}, Claims: []eventlog.Claim{{Key: name}}})
		deletes = append(deletes, eventlog.Append{Stream: stream, Rows: []eventlog.RowChange{{Row: row, Delete: true}}, Claims: []eventlog.Claim{{Key: name, Release: true}}})
	}
	for _, list := range [][]eventlog.Append{writes, deletes} {
		chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for i, a := range list {
			append1(t, log, a)
			append1(t, log, eventlog.Append{
				Stream: stream, Rows: []eventlog.RowChange{{Row: session(fmt.Sprint("kept", i), 1)}}, Claims: []eventlog.Claim{{Key: fmt.Sprint("kept", i)}},
			})
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	hasNoTrace(t, path, "canary")
	log = open(t, path)
	defer log.Close()
	for i := range 400 {
		name := fmt.Sprint("kept", i)
		row, _, err := log.Row(t.Context(), "session", name, noon)
		owner, failed := log.ClaimOwner(t.Context(), name)
		if err != nil || failed != nil || number(row) != 1 || row.Revision != 2 || owner != stream {
			t.Fatalf("%s: row %+v, %v, owner %v, %v", name, row, err, owner, failed)
		}
	}
}

// hasNoTrace looks into the file and those beside it.
func hasNoTrace(t *testing.T, path, of string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if n := bytes.Count(data, []byte(of)); n > 0 || err != nil {
			t.Errorf("%s holds %d traces of what was deleted, %v", file, n, err)
		}
	}
}
