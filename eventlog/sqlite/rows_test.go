package sqlite_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/sqlite"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func session(key string, n int64) eventlog.Row {
	return eventlog.Row{Kind: "session", Key: key, Owner: key, Data: binary.BigEndian.AppendUint64(nil, uint64(n))}
}

// number is what a session's row holds, 0 for no row.
func number(row eventlog.Row) int64 {
	if row.Revision == 0 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(row.Data))
}

// TestNoReaderSeesARowThatIsNoMore has few rows, changed all the time, so that readers
// learn them while they are written. A row holds a number that only grows; every
// tenth time it is deleted and written again.
func TestNoReaderSeesARowThatIsNoMore(t *testing.T) {
	t.Parallel()
	log := open(t, filepath.Join(t.TempDir(), "log.db"))
	defer log.Close()
	const keys, readers, changes = 2, 4, 600
	var written [keys]atomic.Int64 // what is committed and acknowledged at least
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for k := range keys {
		writing.Go(func() { write(t, log, k, changes, &written[k]) })
	}
	for i := range readers {
		reading.Go(func() {
			for n := 0; !done.Load() && !t.Failed(); n++ {
				look(t, log, (i+n)%keys, n%2 == 0, &written[(i+n)%keys])
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
}

func write(t *testing.T, log *sqlite.Log, k int, changes int64, written *atomic.Int64) {
	for n := int64(1); n <= changes; n++ {
		change := eventlog.RowChange{Row: session(fmt.Sprint(k), n), Delete: n%10 == 0}
		outcomes, err := log.Append(context.Background(), []eventlog.Append{{Rows: []eventlog.RowChange{change}}})
		if err != nil || outcomes[0].Err != nil {
			t.Error(err, outcomes)
			return
		}
		written.Store(n)
	}
}

// look compares a row with what it must be at least: what was acknowledged before, and
// what is in the file already.
func look(t *testing.T, log *sqlite.Log, k int, file bool, written *atomic.Int64) {
	key, least := fmt.Sprint(k), written.Load()
	if file {
		list, err := log.RowsOf(context.Background(), "session", key, noon)
		if err != nil {
			t.Error(err)
			return
		}
		for _, row := range list {
			least = max(least, number(row))
		}
	}
	row, _, err := log.Row(context.Background(), "session", key, noon)
	if got := number(row); err != nil || got != 0 && got < least {
		t.Errorf("row %d holds %d after %d was there, %v", k, got, least, err)
	}
}

func TestARowInMemoryExpires(t *testing.T) {
	t.Parallel()
	log := open(t, filepath.Join(t.TempDir(), "log.db"))
	defer log.Close()
	row := session("1", 1)
	row.Expires = noon.Add(time.Minute)
	append1(t, log, eventlog.Append{Meta: eventlog.Meta{At: noon}, Rows: []eventlog.RowChange{{Row: row}}})
	for _, c := range []struct {
		after time.Duration
		found bool
	}{{0, true}, {0, true}, {time.Minute - time.Microsecond, true}, {time.Minute, false}, {0, true}} {
		if _, ok, err := log.Row(t.Context(), "session", "1", noon.Add(c.after)); ok != c.found || err != nil {
			t.Errorf("after %v: found %t, %v; want %t", c.after, ok, err, c.found)
		}
	}
	if _, err := log.Purge(t.Context(), noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := log.Row(t.Context(), "session", "1", noon); ok || err != nil {
		t.Errorf("a purged row was found, %v", err)
	}
}

func TestARowInMemoryIsNotAnsweredWhenNoneWouldBe(t *testing.T) {
	t.Parallel()
	log := open(t, filepath.Join(t.TempDir(), "log.db"))
	append1(t, log, eventlog.Append{Rows: []eventlog.RowChange{{Row: session("1", 7)}}})
	if row, _, err := log.Row(t.Context(), "session", "1", noon); err != nil || number(row) != 7 {
		t.Fatalf("row %+v, %v", row, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := log.Row(ended, "session", "1", noon); err == nil {
		t.Error("an ended context was not heard")
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := log.Row(t.Context(), "session", "1", noon); err == nil {
		t.Error("a closed log answered")
	}
}

func BenchmarkRow(b *testing.B) {
	log := open(b, filepath.Join(b.TempDir(), "log.db"))
	defer log.Close()
	append1(b, log, eventlog.Append{Rows: []eventlog.RowChange{{Row: session("1", 7)}}})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, ok, err := log.Row(b.Context(), "session", "1", noon); !ok || err != nil {
				b.Error(ok, err)
			}
		}
	})
}
