-- +goose Up

-- What was written down beside an event; most have nothing.
ALTER TABLE eventlog_events ADD COLUMN journal BLOB;

-- Items of one lane of a stream are leased in the order of seq, one at a time.
-- failures holds a line of JSON for each: {"at":microseconds,"error":"…"}.
ALTER TABLE eventlog_work ADD COLUMN lane     TEXT NOT NULL DEFAULT '';
ALTER TABLE eventlog_work ADD COLUMN path     TEXT NOT NULL DEFAULT '';
ALTER TABLE eventlog_work ADD COLUMN failures TEXT NOT NULL DEFAULT '';
UPDATE eventlog_work SET failures =
    CASE WHEN last_error <> '' THEN json_object('at', 0, 'error', last_error) || char(10) ELSE '' END ||
    CASE WHEN buried_at <> 0 THEN json_object('at', buried_at, 'error', reason) || char(10) ELSE '' END
    WHERE last_error <> '' OR buried_at <> 0;
ALTER TABLE eventlog_work DROP COLUMN last_error;
ALTER TABLE eventlog_work DROP COLUMN reason;

-- One index finds work by its key and all work of a stream.
DROP INDEX eventlog_work_key;
CREATE INDEX eventlog_work_stream ON eventlog_work (store, stream, key);
CREATE INDEX eventlog_work_lane ON eventlog_work (store, stream, lane, seq) WHERE buried_at = 0 AND lane <> '';

CREATE TABLE eventlog_snapshots (
    store    TEXT    NOT NULL,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    schema   TEXT    NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (store, stream)
) STRICT;
