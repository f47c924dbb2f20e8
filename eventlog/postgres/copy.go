package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// copyEvents writes events, when there is nothing else to write, moves the head and
// commits, in one query: COPY is what costs the server least. What the query starts
// with begins the transaction, unless it is begun.
func copyEvents(ctx context.Context, conn *pgx.Conn, start string, events []decide.Event) error {
	head := events[len(events)-1].Position
	query := start + fmt.Sprintf("UPDATE eventlog_head SET position = %d WHERE one;", head) +
		"COPY eventlog_events (" + eventColumns + ", journal) FROM STDIN (FORMAT binary);" +
		fmt.Sprintf("NOTIFY "+channel+", '%d'; COMMIT", head)
	_, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(copyData(events)), query)
	return err
}

// copyData encodes events in the binary format of COPY:
// https://www.postgresql.org/docs/current/sql-copy.html
func copyData(events []decide.Event) []byte {
	const columns = 12
	data := make(tuples, 0, 512*len(events))
	data = append(data, "PGCOPY\n\xff\r\n\x00"...)
	data = append(data, make([]byte, 8)...) // no flags, no extension
	for i := range events {
		e := &events[i]
		data = binary.BigEndian.AppendUint16(data, columns)
		data.number(e.Position)
		data.text(e.Stream.Store)
		data.text(e.Stream.Key)
		data.number(e.Version)
		data.text(e.Name)
		data.bytes(blob(e.Data))
		data.number(micros.From(e.Meta.At))
		data.text(e.Meta.Actor)
		data.text(e.Meta.CorrelationID)
		data.text(e.Meta.CausationID)
		data.text(e.Meta.TraceParent)
		data.bytes(journal(e.Journal))
	}
	return binary.BigEndian.AppendUint16(data, 0xffff)
}

// tuples grow by one field at a time: its length, and its value.
type tuples []byte

func (t *tuples) number(n int64) {
	*t = binary.BigEndian.AppendUint32(*t, 8)
	*t = binary.BigEndian.AppendUint64(*t, uint64(n))
}

func (t *tuples) text(s string) {
	*t = binary.BigEndian.AppendUint32(*t, uint32(len(s)))
	*t = append(*t, s...)
}

// bytes writes NULL for nil.
func (t *tuples) bytes(b []byte) {
	if b == nil {
		*t = binary.BigEndian.AppendUint32(*t, 0xffffffff)
		return
	}
	*t = binary.BigEndian.AppendUint32(*t, uint32(len(b)))
	*t = append(*t, b...)
}
