-- +goose Up

-- What was written down beside an event; most have nothing.
ALTER TABLE eventlog_events ADD COLUMN journal BYTEA;

-- Items of one lane of a stream are leased in the order of seq, one at a time.
-- failures holds a line of JSON for each: {"at":microseconds,"error":"…"}.
ALTER TABLE eventlog_work
    ADD COLUMN lane     TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN path     TEXT NOT NULL DEFAULT '',
    ADD COLUMN failures TEXT NOT NULL DEFAULT '';
UPDATE eventlog_work SET failures =
    CASE WHEN last_error <> '' THEN json_build_object('at', 0, 'error', last_error)::text || E'\n' ELSE '' END ||
    CASE WHEN buried_at <> 0 THEN json_build_object('at', buried_at, 'error', reason)::text || E'\n' ELSE '' END
    WHERE last_error <> '' OR buried_at <> 0;
ALTER TABLE eventlog_work DROP COLUMN last_error, DROP COLUMN reason;

-- One index finds work by its key and all work of a stream.
DROP INDEX eventlog_work_key;
CREATE INDEX eventlog_work_stream ON eventlog_work (store, stream, key);
CREATE INDEX eventlog_work_lane ON eventlog_work (store, stream, lane, seq) WHERE buried_at = 0 AND lane <> '';

CREATE TABLE eventlog_snapshots (
    store    TEXT COLLATE "C" NOT NULL,
    stream   TEXT COLLATE "C" NOT NULL,
    version  BIGINT NOT NULL,
    position BIGINT NOT NULL,
    schema   TEXT   NOT NULL,
    data     BYTEA  NOT NULL,
    PRIMARY KEY (store, stream)
);
