package sqlite

import (
	"context"
	"database/sql"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// load reads what deciding depends on. Each lookup is one step in an index.
func load(t tx, needs decide.Needs) (decide.State, error) {
	s := decide.NewState(0)
	s.SQL = true
	if _, err := t.find("SELECT coalesce(max(position), 0) FROM eventlog_events", nil, &s.Head); err != nil {
		return s, err
	}
	for _, step := range []func(tx, decide.Needs, *decide.State) error{loadVersions, loadCommands, loadClaims, loadRows, loadWork} {
		if err := step(t, needs, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

func loadVersions(t tx, needs decide.Needs, s *decide.State) error {
	for _, id := range needs.Streams {
		var version int64
		if _, err := t.find("SELECT coalesce(max(version), 0) FROM eventlog_events WHERE store = ? AND stream = ?",
			[]any{id.Store, id.Key}, &version); err != nil {
			return err
		}
		s.Versions[id] = version
	}
	return nil
}

func loadCommands(t tx, needs decide.Needs, s *decide.State) error {
	for _, key := range needs.Commands {
		c := decide.Command{CommandKey: key}
		found, err := t.find(selectCommand, []any{key.Stream.Store, key.Stream.Key, key.ID}, &c.Fingerprint, &c.Version, &c.Position)
		if err != nil {
			return err
		}
		if found {
			s.Commands[key] = c
		}
	}
	return nil
}

func loadClaims(t tx, needs decide.Needs, s *decide.State) error {
	for _, key := range needs.Claims {
		var owner eventlog.StreamID
		found, err := t.find(selectClaim, []any{key}, &owner.Store, &owner.Key)
		if err != nil {
			return err
		}
		if found {
			s.Claims[key] = owner
		}
	}
	return nil
}

func loadRows(t tx, needs decide.Needs, s *decide.State) error {
	for _, key := range needs.Rows {
		var row eventlog.Row
		var expires int64
		found, err := t.find("SELECT expires, revision FROM eventlog_rows WHERE kind = ? AND key = ?",
			[]any{key.Kind, key.Key}, &expires, &row.Revision)
		if err != nil {
			return err
		}
		if found {
			row.Expires = micros.Time(expires)
			s.Rows[key] = row
		}
	}
	return nil
}

func loadWork(t tx, needs decide.Needs, s *decide.State) error {
	const columns = "SELECT id, store, stream, key, owner FROM eventlog_work WHERE buried_at = 0"
	loaded := map[string]bool{}
	add := func(query string, args ...any) error {
		work, err := collect(context.Background(), t.prepared, scanDecideWork, query, args...)
		for _, w := range work {
			if !loaded[w.ID] {
				loaded[w.ID] = true
				s.Work = append(s.Work, w)
			}
		}
		return err
	}
	for _, id := range needs.WorkIDs {
		if err := add(columns+" AND id = ?", id); err != nil {
			return err
		}
	}
	for _, key := range needs.WorkKeys {
		if err := add(columns+" AND key <> '' AND store = ? AND stream = ? AND key = ?", key.Stream.Store, key.Stream.Key, key.Key); err != nil {
			return err
		}
	}
	return nil
}

func scanDecideWork(rows *sql.Rows) (w decide.Work, err error) {
	err = rows.Scan(&w.ID, &w.Key.Stream.Store, &w.Key.Stream.Key, &w.Key.Key, &w.Owner)
	return w, err
}
