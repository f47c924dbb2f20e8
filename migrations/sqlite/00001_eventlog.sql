-- +goose Up

CREATE TABLE eventlog_events (
    position       INTEGER PRIMARY KEY,
    store          TEXT    NOT NULL,
    stream         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    data           BLOB    NOT NULL,
    at             INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    causation_id   TEXT    NOT NULL,
    trace_parent   TEXT    NOT NULL,
    UNIQUE (store, stream, version)
) STRICT;

CREATE TABLE eventlog_commands (
    store       TEXT    NOT NULL,
    stream      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    PRIMARY KEY (store, stream, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE eventlog_claims (
    key    TEXT PRIMARY KEY,
    store  TEXT NOT NULL,
    stream TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- expires is 0 for rows that stay.
CREATE TABLE eventlog_rows (
    kind     TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    data     BLOB    NOT NULL,
    expires  INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX eventlog_rows_owner ON eventlog_rows (kind, owner, key);
CREATE INDEX eventlog_rows_expires ON eventlog_rows (expires) WHERE expires > 0;

-- Work waits, is leased while leased_until lies ahead, or lies buried as a dead
-- letter when buried_at is not 0. seq orders what is due at once.
CREATE TABLE eventlog_work (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT    NOT NULL UNIQUE,
    store          TEXT    NOT NULL,
    stream         TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    payload        BLOB    NOT NULL,
    due            INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    causation_id   TEXT    NOT NULL,
    trace_parent   TEXT    NOT NULL,
    attempt        INTEGER NOT NULL,
    last_error     TEXT    NOT NULL DEFAULT '',
    owner          TEXT    NOT NULL,
    leased_until   INTEGER NOT NULL,
    buried_at      INTEGER NOT NULL DEFAULT 0,
    reason         TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX eventlog_work_due ON eventlog_work (due, seq) WHERE buried_at = 0;
CREATE INDEX eventlog_work_ready ON eventlog_work (max(due, leased_until)) WHERE buried_at = 0;
CREATE INDEX eventlog_work_key ON eventlog_work (store, stream, key) WHERE buried_at = 0 AND key <> '';
CREATE INDEX eventlog_work_owner ON eventlog_work (owner) WHERE buried_at = 0 AND owner <> '';
CREATE INDEX eventlog_work_buried ON eventlog_work (buried_at, seq) WHERE buried_at <> 0;
