-- The foundation, its two pools and their logs: what everything else in this database is derived from.
-- Hashes are 32 raw bytes; instants are milliseconds since the Unix epoch, UTC.

CREATE TABLE foundation (
    -- Holds one row: a database serves one foundation.
    singleton  BIGINT NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- UUID of the foundation, the same in both logs.
    id         TEXT    NOT NULL UNIQUE,
    -- Name as published.
    name       TEXT    NOT NULL,
    -- The trust anchor, foundation.json, as published.
    anchor     TEXT    NOT NULL
);

CREATE TABLE pools (
    -- Which of the two chambers.
    pool       TEXT NOT NULL PRIMARY KEY CHECK (pool IN ('business', 'technical')),
    -- UUID of the foundation.
    foundation TEXT NOT NULL REFERENCES foundation (id),
    -- Name of the pool's log; it ends in the pool.
    origin     TEXT NOT NULL UNIQUE CHECK (origin LIKE '_%/' || pool),
    -- Public key that signs the log's checkpoints.
    log_key    BYTEA NOT NULL UNIQUE CHECK (length(log_key) = 32),
    -- Id of the log's first statement.
    genesis    BYTEA NOT NULL UNIQUE CHECK (length(genesis) = 32)
);

CREATE TABLE leaves (
    -- Whose log.
    pool         TEXT    NOT NULL REFERENCES pools (pool),
    -- Place in the log, from 0.
    idx          BIGINT NOT NULL CHECK (idx >= 0),
    -- When the sequencer logged it.
    at           BIGINT NOT NULL CHECK (at >= 0),
    -- SHA-256 of the statement's pre-authentication encoding.
    statement_id BYTEA    NOT NULL CHECK (length(statement_id) = 32),
    -- Kind of statement, as in its payload type.
    kind         TEXT    NOT NULL,
    -- Manifest of the election it belongs to.
    election     BYTEA,
    -- RFC 9162 hash of the body.
    leaf_hash    BYTEA    NOT NULL CHECK (length(leaf_hash) = 32),
    -- The leaf: canonical JSON of time and envelope.
    body         BYTEA    NOT NULL CHECK (length(body) BETWEEN 1 AND 65535),
    PRIMARY KEY (pool, idx),
    UNIQUE (pool, statement_id),
    FOREIGN KEY (pool, election) REFERENCES leaves (pool, statement_id),
    CONSTRAINT leaves_kind_of_pool CHECK (
        kind IN ('genesis', 'officers', 'invitation', 'enrolment', 'rekey', 'suspension',
                 'reinstatement', 'manifest', 'cancel', 'opened', 'closed', 'ballot', 'certificate',
                 'effect')
        OR (pool = 'business' AND kind IN ('member', 'mandate', 'related'))
        OR (pool = 'technical' AND kind IN ('contributor', 'affiliation'))),
    CONSTRAINT leaves_genesis_first CHECK ((kind = 'genesis') = (idx = 0)),
    CONSTRAINT leaves_election_of_kind CHECK (
        (kind IN ('manifest', 'cancel', 'opened', 'closed', 'ballot', 'certificate',
                  'effect'))
        = (election IS NOT NULL))
);

-- A certificate takes effect once.
CREATE UNIQUE INDEX leaves_one_effect ON leaves (pool, election) WHERE kind = 'effect';

CREATE TABLE checkpoints (
    -- Whose log.
    pool TEXT    NOT NULL REFERENCES pools (pool),
    -- How many leaves it covers.
    size BIGINT NOT NULL CHECK (size > 0),
    -- Root over them.
    root BYTEA    NOT NULL CHECK (length(root) = 32),
    -- The signed note, as published.
    note TEXT    NOT NULL,
    -- Last leaf it covers; it has to be there.
    last_leaf BIGINT NOT NULL,
    PRIMARY KEY (pool, size),
    FOREIGN KEY (pool, last_leaf) REFERENCES leaves (pool, idx),
    CONSTRAINT checkpoints_last_leaf CHECK (last_leaf = size - 1)
);

CREATE TABLE artifacts (
    -- Whose artifact.
    pool    TEXT NOT NULL REFERENCES pools (pool),
    -- SHA-256 of the content, which is its name.
    sha256  BYTEA NOT NULL CHECK (length(sha256) = 32),
    -- Canonical JSON.
    content BYTEA NOT NULL,
    PRIMARY KEY (pool, sha256)
);

CREATE TABLE snapshots (
    -- Whose state.
    pool   TEXT    NOT NULL,
    -- Size of the log that it is the state of.
    size   BIGINT NOT NULL,
    -- SHA-256 of the body.
    sha256 BYTEA    NOT NULL CHECK (length(sha256) = 32),
    -- JSON of the pool's state.
    body   BYTEA    NOT NULL,
    PRIMARY KEY (pool, size),
    FOREIGN KEY (pool, size) REFERENCES checkpoints (pool, size)
);
