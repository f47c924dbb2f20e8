package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/composable-go/composable/eventlog"
)

// statements are the SQL of applications in a batch of our own.
type statements struct {
	all    []eventlog.Statement
	failed bool // one of them, when it was run
}

func queueStatements(b *pgx.Batch, all []eventlog.Statement) *statements {
	s := &statements{all: all}
	for _, statement := range all {
		b.Queue(statement.SQL, statement.Args...).Fn = func(results pgx.BatchResults) error {
			_, err := results.Exec()
			s.failed = err != nil
			return err
		}
	}
	return s
}

// blame marks the batch's error when a statement is at fault: it could not be
// prepared, does not take its arguments, or failed.
func (s *statements) blame(err error) error {
	if err == nil || lost(err) {
		return err
	}
	var early pgx.ErrPreprocessingBatch
	unfit := errors.As(err, &early) && slices.ContainsFunc(s.all, func(s eventlog.Statement) bool { return s.SQL == early.SQL() })
	if s.failed || unfit {
		return fmt.Errorf("%w: %w", eventlog.ErrStatement, err)
	}
	return err
}

// lost reports whether err tells of the connection, not of what was sent over it.
func lost(err error) bool {
	var network net.Error
	var server *pgconn.PgError
	return errors.As(err, &network) || errors.As(err, &server) && server.SeverityUnlocalized == "FATAL" ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}
