package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// statements prepares each query once.
type statements struct {
	on preparer

	mu      sync.Mutex
	byQuery map[string]*sql.Stmt
}

type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

func newStatements(on preparer) *statements {
	return &statements{on: on, byQuery: map[string]*sql.Stmt{}}
}

func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if prepared, ok := s.byQuery[query]; ok {
		return prepared, nil
	}
	prepared, err := s.on.PrepareContext(ctx, query)
	if err == nil {
		s.byQuery[query] = prepared
	}
	return prepared, err
}

func (s *statements) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byQuery)
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, prepared := range s.byQuery {
		errs = append(errs, prepared.Close())
	}
	return errors.Join(errs...)
}

// collect runs a query of many rows.
func collect[T any](ctx context.Context, s *statements, scan func(*sql.Rows) (T, error), query string, args ...any) (found []T, err error) {
	prepared, err := s.get(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := prepared.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}
