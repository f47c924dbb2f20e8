package projection

import (
	"database/sql"
	"sync"
)

// Projection is one read model. It is made by [New] for SQL, by [Into] for the rest.
type Projection struct {
	name string
	open func(db *sql.DB, lock sync.Locker) Sink
}

// Name returns the projection's name.
func (p Projection) Name() string { return p.name }

// Into describes a read model that lives in a sink. Its name must be unique and
// never change.
func Into(name string, sink Sink) Projection {
	return Projection{name: name, open: func(*sql.DB, sync.Locker) Sink { return sink }}
}

// New describes a read model in SQL tables. Its name must be unique and never
// change; tables are statements run at each start, so they begin CREATE … IF NOT
// EXISTS, for tables and their indexes. In them and in the handlers' statements the
// read model's own tables are written in braces, and the names of indexes begin
// with one:
//
//	CREATE TABLE IF NOT EXISTS {orders} (id TEXT PRIMARY KEY, placed BIGINT NOT NULL)
//	CREATE INDEX IF NOT EXISTS {orders}_by_time ON {orders} (placed)
//
// Readers write orders. Names have up to 40 characters of a-z, 0-9 and _. It panics
// when two handlers take the same event and when a statement names no table.
func New(name string, tables []string, handlers ...Handler[*Tx]) Projection {
	schema, all := newSchema(name, tables), NewHandlers(handlers...)
	return Projection{name: name, open: func(db *sql.DB, lock sync.Locker) Sink {
		return &sqlSink{db: db, lock: lock, name: name, schema: schema, handlers: all}
	}}
}
