-- +goose Up

-- One row: the position of the last event. Whoever appends holds its lock until
-- the commit, so positions are contiguous and become visible in order.
CREATE TABLE eventlog_head (
    one      BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    position BIGINT  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO eventlog_head (position) VALUES (0);

CREATE TABLE eventlog_events (
    position       BIGINT PRIMARY KEY,
    store          TEXT COLLATE "C" NOT NULL,
    stream         TEXT COLLATE "C" NOT NULL,
    version        BIGINT NOT NULL,
    name           TEXT   NOT NULL,
    data           BYTEA  NOT NULL,
    at             BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    correlation_id TEXT   NOT NULL,
    causation_id   TEXT   NOT NULL,
    trace_parent   TEXT   NOT NULL,
    UNIQUE (store, stream, version)
);

CREATE TABLE eventlog_commands (
    store       TEXT COLLATE "C" NOT NULL,
    stream      TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (store, stream, id)
);

CREATE TABLE eventlog_claims (
    key    TEXT COLLATE "C" PRIMARY KEY,
    store  TEXT NOT NULL,
    stream TEXT NOT NULL
);

-- expires is 0 for rows that stay.
CREATE TABLE eventlog_rows (
    kind     TEXT COLLATE "C" NOT NULL,
    key      TEXT COLLATE "C" NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL,
    data     BYTEA  NOT NULL,
    expires  BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX eventlog_rows_owner ON eventlog_rows (kind, owner, key);
CREATE INDEX eventlog_rows_expires ON eventlog_rows (expires) WHERE expires > 0;

-- Work waits, is leased while leased_until lies ahead, or lies buried as a dead
-- letter when buried_at is not 0. seq orders what is due at once.
CREATE TABLE eventlog_work (
    id             TEXT COLLATE "C" PRIMARY KEY,
    seq            BIGINT GENERATED ALWAYS AS IDENTITY,
    store          TEXT COLLATE "C" NOT NULL,
    stream         TEXT COLLATE "C" NOT NULL,
    key            TEXT COLLATE "C" NOT NULL,
    kind           TEXT    NOT NULL,
    payload        BYTEA   NOT NULL,
    due            BIGINT  NOT NULL,
    at             BIGINT  NOT NULL,
    actor          TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    causation_id   TEXT    NOT NULL,
    trace_parent   TEXT    NOT NULL,
    attempt        INTEGER NOT NULL,
    last_error     TEXT    NOT NULL DEFAULT '',
    owner          TEXT COLLATE "C" NOT NULL,
    leased_until   BIGINT  NOT NULL,
    buried_at      BIGINT  NOT NULL DEFAULT 0,
    reason         TEXT    NOT NULL DEFAULT ''
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX eventlog_work_due ON eventlog_work (due, seq) WHERE buried_at = 0;
CREATE INDEX eventlog_work_ready ON eventlog_work (greatest(due, leased_until)) WHERE buried_at = 0;
CREATE INDEX eventlog_work_key ON eventlog_work (store, stream, key) WHERE buried_at = 0 AND key <> '';
CREATE INDEX eventlog_work_owner ON eventlog_work (owner) WHERE buried_at = 0 AND owner <> '';
CREATE INDEX eventlog_work_buried ON eventlog_work (buried_at, seq) WHERE buried_at <> 0;
