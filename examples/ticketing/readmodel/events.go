package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/composable-go/composable/examples/ticketing/event"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/projection"
)

func events() projection.Projection {
	return projection.New("events", []string{
		`CREATE TABLE IF NOT EXISTS {events} (
			id TEXT PRIMARY KEY, position BIGINT NOT NULL, owner_id TEXT NOT NULL, status TEXT NOT NULL,
			reason TEXT NOT NULL DEFAULT '', title TEXT NOT NULL, words TEXT NOT NULL, venue TEXT NOT NULL,
			timezone TEXT NOT NULL, starts_at BIGINT NOT NULL, created_at BIGINT NOT NULL, details TEXT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS {events}_by_start ON {events} (starts_at)`,
	},
		projection.On(stream.Event, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e event.EventCreated) error {
			details, err := json.Marshal(e.Details)
			if err != nil {
				return err
			}
			return exec(ctx, tx, `INSERT INTO {events} (id, position, owner_id, status, title, words, venue, timezone, starts_at, created_at, details)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
				m.Key, m.Position, e.OwnerID, event.Draft, e.Title, words(e.Details), e.Venue.Name, e.Timezone,
				e.StartsAt.UnixMilli(), e.At.UnixMilli(), string(details))
		}),
		projection.On(stream.Event, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e event.EventEdited) error {
			details, err := json.Marshal(e.Details)
			if err != nil {
				return err
			}
			return exec(ctx, tx, `UPDATE {events} SET title = $1, words = $2, venue = $3, timezone = $4, starts_at = $5, details = $6 WHERE id = $7`,
				e.Title, words(e.Details), e.Venue.Name, e.Timezone, e.StartsAt.UnixMilli(), string(details), m.Key)
		}),
		forget(`UPDATE {events} SET owner_id = $1 WHERE owner_id = $2`),
		eventStatus[event.EventPublished](event.Published),
		eventStatus[event.SalesOpened](event.SalesOpen),
		eventStatus[event.SalesEnded](event.SalesClosed),
		eventStatus[event.EventCompleted](event.Completed),
		eventStatus[event.EventDeleted](event.Deleted),
		projection.On(stream.Event, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e event.EventCancelled) error {
			return exec(ctx, tx, `UPDATE {events} SET status = $1, reason = $2 WHERE id = $3`, event.Cancelled, e.Reason, m.Key)
		}),
	)
}

func eventStatus[E any](status event.Status) projection.Handler[*projection.Tx] {
	return projection.On(stream.Event, func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ E) error {
		return exec(ctx, tx, `UPDATE {events} SET status = $1 WHERE id = $2`, status, m.Key)
	})
}

// words is what a search looks through.
func words(d event.Details) string {
	return strings.ToLower(d.Title + "\n" + d.Description + "\n" + d.Venue.Name)
}

// EventFilter selects events; what is zero selects all.
type EventFilter struct {
	Caller  string // drafts are listed for their owner
	Admin   bool   // who sees all drafts
	OwnerID string
	Status  event.Status
	From    time.Time // earliest start
	To      time.Time // latest start
	Text    string    // part of title, description or venue
}

// Event is an event as it is listed.
type Event struct {
	event.Details
	ID        string       `json:"id"`
	OwnerID   string       `json:"owner_id"`
	Status    event.Status `json:"status"`
	Reason    string       `json:"reason,omitempty"`
	CreatedAt time.Time    `json:"created_at"`

	position int64
}

// Events lists events by their start.
func (m *Model) Events(ctx context.Context, f EventFilter, p Paging) (Page[Event], error) {
	start, position := p.after()
	items, err := collect(ctx, m.db, scanEvent, `SELECT id, owner_id, status, reason, created_at, details, position FROM events
		WHERE status <> 'Deleted' AND (status <> 'Draft' OR owner_id = $1 OR $2 = 1)
			AND ($3 = '' OR owner_id = $3) AND ($4 = '' OR status = $4)
			AND starts_at >= $5 AND starts_at <= $6 AND words LIKE $7 ESCAPE '\'
			AND (starts_at > $8 OR starts_at = $8 AND position > $9)
		ORDER BY starts_at, position LIMIT $10`,
		f.Caller, flag(f.Admin), f.OwnerID, string(f.Status), earliest(f.From), latest(f.To), pattern(f.Text),
		start, position, p.limit()+1)
	return pageBy(items, p, func(e Event) string {
		return strconv.FormatInt(e.StartsAt.UnixMilli(), 36) + "." + strconv.FormatInt(e.position, 36)
	}), err
}

// after is the start and position that all events lie above.
func (p Paging) after() (start, position int64) {
	first, second, _ := strings.Cut(p.Cursor, ".")
	start, errStart := strconv.ParseInt(first, 36, 64)
	position, errPosition := strconv.ParseInt(second, 36, 64)
	if errStart != nil || errPosition != nil {
		return 0, 0
	}
	return start, position
}

func scanEvent(rows *sql.Rows) (e Event, err error) {
	var details string
	var created int64
	if err := rows.Scan(&e.ID, &e.OwnerID, &e.Status, &e.Reason, &created, &details, &e.position); err != nil {
		return e, err
	}
	e.CreatedAt = time.UnixMilli(created).UTC()
	return e, json.Unmarshal([]byte(details), &e.Details)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func earliest(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func latest(t time.Time) int64 {
	if t.IsZero() {
		return 1 << 60
	}
	return t.UnixMilli()
}

// pattern matches a text anywhere, whatever it contains.
func pattern(text string) string {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text))
	return "%" + escaped + "%"
}
