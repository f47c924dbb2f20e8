package eventlogtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/composable-go/composable/eventlog"
)

// notes is the table that statements write to. It returns nil when the log keeps
// no SQL database.
func (l *log) notes() *sql.DB {
	l.t.Helper()
	kept, ok := l.Backend.(interface{ ReadModels() *sql.DB })
	if !ok {
		return nil
	}
	db := kept.ReadModels()
	_, err := db.ExecContext(l.ctx, `CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT, price DOUBLE PRECISION, paid BOOLEAN, data BYTEA)`)
	l.check(err)
	return db
}

func note(id int64, text string) eventlog.Statement {
	return eventlog.Statement{SQL: "INSERT INTO notes (id, text) VALUES ($1, $2)", Args: []any{id, text}}
}

func noting(a eventlog.Append, statements ...eventlog.Statement) eventlog.Append {
	a.Statements = statements
	return a
}

// noted demands the texts of all notes, by id.
func (l *log) noted(db *sql.DB, want ...string) {
	l.t.Helper()
	rows, err := db.QueryContext(l.ctx, "SELECT text FROM notes ORDER BY id")
	l.check(err)
	defer rows.Close()
	var got []string
	for rows.Next() {
		var text string
		l.check(rows.Scan(&text))
		got = append(got, text)
	}
	l.check(rows.Err())
	l.same(got, want)
}

var statementTests = []test{
	{"a log without SQL refuses them", func(l *log) {
		if _, ok := l.Backend.(interface{ ReadModels() *sql.DB }); ok {
			return
		}
		outcomes := l.append(noting(events("a", 0, 1), note(1, "one")), events("b", 0, 1), events("a", 0, 1))
		l.fails(outcomes[0].Err, eventlog.ErrInvalid)
		l.check(outcomes[1].Err)
		l.fails(outcomes[2].Err, eventlog.ErrConflict)
		l.same(len(l.all()), 1)
	}},
	{"commit with the events, in order", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		change := eventlog.Statement{SQL: "UPDATE notes SET text = text || $1 WHERE id = $2", Args: []any{"!", int64(1)}}
		for _, o := range l.append(
			noting(events("a", 0, 1), note(1, "one"), change),
			noting(events("b", 0, 1), change, note(2, "two")),
			noting(eventlog.Append{}, note(3, "three"), eventlog.Statement{SQL: "SELECT text FROM notes"}),
		) {
			l.check(o.Err)
		}
		l.noted(db, "one!!", "two", "three")
		l.same(len(l.all()), 2)
	}},
	{"see the event", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		l.must(noting(events("a", 0, 2), eventlog.Statement{
			SQL: "INSERT INTO notes (id, text) SELECT count(*), 'events' FROM eventlog_events WHERE store = $1", Args: []any{"order"},
		}, eventlog.Statement{SQL: "DELETE FROM notes WHERE id <> $1", Args: []any{int64(2)}}))
		l.noted(db, "events")
	}},
	{"take all kinds of values", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		values := []any{int64(1) << 40, "ü", 1.5, true, []byte{0, 0xff}}
		insert := "INSERT INTO notes (id, text, price, paid, data) VALUES ($1, $2, $3, $4, $5)"
		l.must(noting(eventlog.Append{},
			eventlog.Statement{SQL: insert, Args: values},
			eventlog.Statement{SQL: insert, Args: []any{int64(2), nil, nil, nil, nil}}))
		var id int64
		var text string
		var price float64
		var paid bool
		var data []byte
		l.check(db.QueryRowContext(l.ctx, "SELECT * FROM notes WHERE id > 2").Scan(&id, &text, &price, &paid, &data))
		l.same([]any{id, text, price, paid, data}, values)
		var nulls int
		l.check(db.QueryRowContext(l.ctx, "SELECT count(*) FROM notes WHERE text IS NULL AND price IS NULL AND paid IS NULL AND data IS NULL").Scan(&nulls))
		l.same(nulls, 1)
	}},
	{"one fails and nothing is written", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		l.must(noting(events("a", 0, 1), note(1, "one")))
		for name, s := range map[string]eventlog.Statement{
			"a constraint":     note(1, "again"),
			"no such table":    {SQL: "INSERT INTO nowhere VALUES ($1)", Args: []any{"x"}},
			"bad syntax":       {SQL: "INSERT notes"},
			"too few values":   {SQL: "INSERT INTO notes (id, text) VALUES ($1, $2)", Args: []any{int64(9)}},
			"fails when it is": {SQL: "INSERT INTO notes (id, text) SELECT id, text FROM notes"},
		} {
			good := noting(command("b", 0, "c"), note(2, "two"))
			good.Claims, good.Work = []eventlog.Claim{{Key: "k"}}, []eventlog.Work{item("w", 0)}
			_, err := l.Append(l.ctx, []eventlog.Append{good, noting(events("a", 1, 1), s)})
			if !errors.Is(err, eventlog.ErrStatement) {
				l.t.Errorf("%s: got %v, want %v", name, err, eventlog.ErrStatement)
			}
			l.same(len(l.all()), 1)
			l.noted(db, "one")
			l.owns("k", eventlog.StreamID{})
			l.leased("n1", 0)
			l.same(l.version("b"), int64(0))
		}
		l.same(l.must(noting(command("b", 0, "c"), note(2, "two"))), eventlog.Outcome{Version: 1, Position: 2})
		l.noted(db, "one", "two")
	}},
	{"not of appends that failed or came again", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		first := noting(command("a", 0, "c"), note(1, "one"))
		outcomes := l.append(first, first, noting(events("b", 7, 1), note(2, "two")))
		l.check(outcomes[0].Err)
		l.same(outcomes[1].Duplicate, true)
		l.fails(outcomes[2].Err, eventlog.ErrConflict)
		l.same(l.must(first).Duplicate, true)
		l.noted(db, "one")
	}},
	{"the illegal fails alone", func(l *log) {
		for _, s := range []eventlog.Statement{
			{}, {SQL: "\xff"}, {SQL: "SELECT $1", Args: []any{1}}, {SQL: "SELECT $1", Args: []any{[]string{"x"}}},
		} {
			outcomes := l.append(noting(events("a", 0, 1), s), eventlog.Append{})
			l.fails(outcomes[0].Err, eventlog.ErrInvalid)
			l.check(outcomes[1].Err)
		}
	}},
	{"any number of different ones", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		for n := range 3 {
			var all []eventlog.Statement
			for i := range 400 {
				all = append(all, eventlog.Statement{SQL: fmt.Sprintf("INSERT INTO notes (id, text) VALUES (%d, 'x')", n*400+i)})
			}
			l.must(noting(eventlog.Append{}, all...))
		}
		var count int
		l.check(db.QueryRowContext(l.ctx, "SELECT count(*) FROM notes").Scan(&count))
		l.same(count, 1200)
	}},
	{"a cancelled context is no statement's fault", func(l *log) {
		db := l.notes()
		if db == nil {
			return
		}
		ctx, cancel := context.WithCancel(l.ctx)
		cancel()
		_, err := l.Append(ctx, []eventlog.Append{noting(events("a", 0, 1), note(1, "one"))})
		l.fails(err, context.Canceled)
		l.same(errors.Is(err, eventlog.ErrStatement), false)
		l.noted(db)
	}},
}
