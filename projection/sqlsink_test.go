package projection

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/sqlite"
)

type counted struct{}

// counts is a sink of one row that says how many events were applied.
func counts(t *testing.T) (*sqlSink, func() int) {
	t.Helper()
	log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	p := New("counts", []string{`CREATE TABLE IF NOT EXISTS {counts} (id TEXT PRIMARY KEY, n BIGINT NOT NULL)`},
		On("s", func(ctx context.Context, tx *Tx, m Meta, _ counted) error {
			if m.Key == "ignores an error" {
				_, _ = tx.Exec(ctx, `INSERT INTO nowhere VALUES (1)`)
			}
			_, err := tx.Exec(ctx, `INSERT INTO {counts} (id, n) VALUES ('all', 1) ON CONFLICT (id) DO UPDATE SET n = n + 1`)
			return err
		}))
	sink := p.open(log.ReadModels(), log.WriteLock()).(*sqlSink)
	if err := sink.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return sink, func() (n int) {
		if err := sink.db.QueryRowContext(t.Context(), `SELECT coalesce(max(n), 0) FROM counts`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

func events(key string, after, through int64) Batch {
	b := Batch{After: after, Through: through}
	for position := after + 1; position <= through; position++ {
		b.Events = append(b.Events, eventlog.Event{
			Position: position, Stream: eventlog.StreamID{Store: "s", Key: key}, Name: "counted", Data: []byte(`{}`),
		})
	}
	return b
}

func TestAnOwnerThatWasSucceededChangesNothing(t *testing.T) {
	t.Parallel()
	sink, count := counts(t)
	for _, b := range []Batch{events("", 0, 3), events("", 3, 5)} {
		if _, err := sink.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, late := range []Batch{events("", 0, 3), events("", 3, 5), events("", 4, 9), events("", 7, 8)} {
		if position, err := sink.Apply(t.Context(), late); position != 5 || err != nil || count() != 5 {
			t.Errorf("%d events after a batch from %d: position %d, %v; want 5 and 5", count(), late.After, position, err)
		}
	}
}

func TestASinkThatIsBehindDoesNotTakeThePlace(t *testing.T) {
	t.Parallel()
	sink, count := counts(t)
	fresh, err := sink.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, apply := range []struct {
		to Sink
		Batch
	}{{sink, events("", 0, 5)}, {fresh, events("", 0, 4)}} {
		if _, err := apply.to.Apply(t.Context(), apply.Batch); err != nil {
			t.Fatal(err)
		}
	}
	if done, err := sink.Switch(t.Context(), fresh); done || err != nil || count() != 5 {
		t.Errorf("Switch to what is behind: %t, %v, %d events", done, err, count())
	}
	if _, err := fresh.Apply(t.Context(), events("", 4, 6)); err != nil {
		t.Fatal(err)
	}
	if done, err := sink.Switch(t.Context(), fresh); !done || err != nil || count() != 6 {
		t.Errorf("Switch: %t, %v, %d events; want 6", done, err, count())
	}
	if position, err := sink.Apply(t.Context(), events("", 5, 6)); position != 6 || err != nil || count() != 6 {
		t.Errorf("a batch from before the switch: position %d, %v, %d events; want 6 and 6", position, err, count())
	}
	if _, err := fresh.Apply(t.Context(), events("", 6, 7)); err == nil || count() != 6 {
		t.Errorf("a rebuild goes on after its switch: %v, %d events", err, count())
	}
	if err := sink.Prepare(t.Context()); err != nil {
		t.Errorf("the next start: %v", err)
	}
}

func TestAFailedStatementFailsItsEvent(t *testing.T) {
	t.Parallel()
	sink, count := counts(t)
	_, err := sink.Apply(t.Context(), events("ignores an error", 0, 2))
	var event *EventError
	if !errors.As(err, &event) || event.Position != 1 || count() != 0 {
		t.Errorf("%v, %d events; want an error at position 1", err, count())
	}
}

// stated and coded are errors like those of the drivers.
type (
	stated string
	coded  int
)

func (e stated) Error() string    { return string(e) }
func (e stated) SQLState() string { return string(e) }
func (e coded) Error() string     { return "coded" }
func (e coded) Code() int         { return int(e) }

func TestFaultsOfTheDatabaseAreNotTheEvents(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		stated("40P01"): true, stated("57P01"): true, stated("55P03"): true, stated("53100"): true,
		stated("23505"): false, stated("42P01"): false, stated("22P02"): false,
		coded(5): true, coded(261): true, coded(13): true, coded(1): false, coded(2067): false,
		context.Canceled: true, errors.New("mine"): false,
	} {
		if got := transient(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%#v: %t, want %t", err, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	s := newSchema("p", []string{`CREATE TABLE IF NOT EXISTS {a} (id TEXT)`, `CREATE INDEX IF NOT EXISTS {ab}_x ON {ab} (id)`})
	for _, c := range []struct {
		g           generation
		query, want string
	}{
		{generation{}, `INSERT INTO {a} VALUES ('{}', '{b}')`, `INSERT INTO a VALUES ('{}', '{b}')`},
		{generation{3, true}, `SELECT {a}.id FROM {a}, {ab}`, `SELECT a__r3.id FROM a__r3, ab__r3`},
		{generation{3, true}, `CREATE INDEX {ab}_x ON {ab} (id)`, `CREATE INDEX ab__r3_x ON ab__r3 (id)`},
		{generation{3, false}, `CREATE INDEX {ab}_x ON {ab} (id)`, `CREATE INDEX ab__r3_x ON ab (id)`},
	} {
		if got := s.expand(c.query, c.g); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	h := On("s", func(context.Context, *Tx, Meta, counted) error { return nil })
	for want, mistake := range map[string]func(){
		"names in braces": func() { New("p", []string{`CREATE TABLE IF NOT EXISTS a (id TEXT)`}) },
		"two handlers":    func() { New("p", []string{`CREATE TABLE IF NOT EXISTS {a} (id TEXT)`}, h, h) },
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("panic: %q, want %q", said, want)
				}
			}()
			mistake()
		}()
	}
}
