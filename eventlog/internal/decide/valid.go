package decide

import (
	"strings"
	"unicode/utf8"

	"github.com/composable-go/composable/eventlog"
)

// maxName keeps three names together below what one Postgres index entry holds.
const maxName = 512

// Name reports whether every text can be part of a key: UTF-8 without NUL and
// not longer than 512 bytes.
func Name(texts ...string) bool {
	for _, s := range texts {
		if len(s) > maxName {
			return false
		}
	}
	return text(texts...)
}

func text(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return false
		}
	}
	return true
}

// Text makes a message of any origin fit for a text column.
func Text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// valid keeps one malformed append from failing the transaction of all others.
func valid(a *eventlog.Append) bool {
	if a.Stream.IsZero() && (len(a.Events) > 0 || len(a.Claims) > 0 || a.CommandID != "" || len(a.Cancel) > 0) {
		return false
	}
	if !Name(a.Stream.Store, a.Stream.Key, a.CommandID, a.Done.ID, a.Done.Owner) || !text(a.Fingerprint) || !meta(a.Meta) {
		return false
	}
	for _, e := range a.Events {
		if e.Name == "" || !text(e.Name) {
			return false
		}
	}
	for _, c := range a.Claims {
		if c.Key == "" || !Name(c.Key) {
			return false
		}
	}
	for _, c := range a.Rows {
		if !Name(c.Row.Kind, c.Row.Key, c.Row.Owner) {
			return false
		}
	}
	return Name(a.Cancel...) && work(a.Work) && statements(a.Statements)
}

func work(items []eventlog.Work) bool {
	for _, w := range items {
		if w.ID == "" || !Name(w.ID, w.Stream.Store, w.Stream.Key, w.Key, w.Lane, w.Owner) || !text(w.Kind, w.Path) || !meta(w.Meta) {
			return false
		}
	}
	return true
}

func statements(all []eventlog.Statement) bool {
	for _, s := range all {
		if s.SQL == "" || !text(s.SQL) {
			return false
		}
		for _, arg := range s.Args {
			switch arg.(type) {
			case nil, string, []byte, int64, float64, bool:
			default:
				return false
			}
		}
	}
	return true
}

func meta(m eventlog.Meta) bool {
	return text(m.Actor, m.CorrelationID, m.CausationID, m.TraceParent)
}
