// Package readmodel holds the tables that the box office's pages read: events,
// sections and seats, reservations and tickets, payments. Each file is one of
// them: its tables, what events do to them, and the queries.
package readmodel
