-- What the logs add up to, in tables. All of it can be rebuilt from the logs and compared with them.
-- Every key begins with the pool and every foreign key carries it, so that no row of one pool can
-- stand on a row of the other. The one exception is the key register: a key serves one pool, so its
-- fingerprint alone is unique.

CREATE TABLE principals (
    -- Whose principal.
    pool       TEXT    NOT NULL REFERENCES pools (pool),
    -- Member id, or a person's handle with its scheme.
    id         TEXT    NOT NULL,
    -- `member` in the business pool, `contributor` in the technical one.
    kind       TEXT    NOT NULL,
    -- Name as published.
    name       TEXT    NOT NULL,
    -- Class of membership; contributors have none.
    class      TEXT,
    -- Leaf at which it first stood in the log.
    since_leaf INTEGER NOT NULL,
    -- 1 while off future rolls.
    suspended  INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    -- JSON of who speaks for it; contributors speak for themselves.
    mandate    TEXT,
    -- JSON of its particulars.
    body       TEXT    NOT NULL,
    PRIMARY KEY (pool, id),
    FOREIGN KEY (pool, since_leaf) REFERENCES leaves (pool, idx),
    CONSTRAINT principals_kind_of_pool CHECK (
        (pool = 'business' AND kind = 'member' AND id NOT LIKE '%:%' AND class IS NOT NULL)
        OR (pool = 'technical' AND kind = 'contributor' AND id LIKE '_%:_%'
            AND class IS NULL AND mandate IS NULL))
) STRICT;

CREATE TABLE affiliations (
    -- Always the technical pool: organisations have no employers.
    pool    TEXT    NOT NULL CONSTRAINT affiliations_of_contributors CHECK (pool = 'technical'),
    -- Whose affiliation.
    person  TEXT    NOT NULL,
    -- JSON list of employers.
    groups  TEXT    NOT NULL,
    -- Since when.
    from_at INTEGER NOT NULL,
    PRIMARY KEY (pool, person),
    FOREIGN KEY (pool, person) REFERENCES principals (pool, id)
) STRICT;

CREATE TABLE related_groups (
    -- Always the business pool: contributors are natural persons.
    pool     TEXT NOT NULL CONSTRAINT related_groups_of_members CHECK (pool = 'business'),
    -- The group of organisations under common control.
    group_id TEXT NOT NULL,
    -- The member that votes for all of them.
    voice    TEXT NOT NULL,
    -- JSON list of its members.
    members  TEXT NOT NULL,
    PRIMARY KEY (pool, group_id),
    FOREIGN KEY (pool, voice) REFERENCES principals (pool, id)
) STRICT;

CREATE TABLE keys (
    -- SHA-256 of the public key: unique in the whole foundation.
    fingerprint BLOB    NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32),
    -- The one pool it serves.
    pool        TEXT    NOT NULL REFERENCES pools (pool),
    -- The one thing it may sign.
    capacity    TEXT    NOT NULL CHECK (capacity IN ('log', 'officer', 'invitation', 'voter')),
    -- The key.
    public_key  BLOB    NOT NULL UNIQUE CHECK (length(public_key) = 32),
    -- For whom its holder votes, or is invited to.
    principal   TEXT,
    -- Its holder; the log's own key has none.
    person      TEXT,
    -- 1 once it counts no more.
    ended       INTEGER NOT NULL CHECK (ended IN (0, 1)),
    UNIQUE (pool, fingerprint),
    FOREIGN KEY (pool, principal) REFERENCES principals (pool, id),
    CONSTRAINT keys_holder_of_capacity CHECK (
        (capacity IN ('invitation', 'voter')) = (principal IS NOT NULL)
        AND (capacity = 'log') = (person IS NULL)),
    CONSTRAINT keys_contributor_is_holder CHECK (
        pool = 'business' OR principal IS NULL OR principal = person)
) STRICT;

CREATE TABLE voters (
    -- Whose voter.
    pool         TEXT    NOT NULL,
    -- For whom.
    principal    TEXT    NOT NULL,
    -- Who votes: a natural person's handle.
    person       TEXT    NOT NULL CHECK (person LIKE '_%:_%'),
    -- Fingerprint of the invitation that stands, or stood last.
    invitation   BLOB    NOT NULL,
    -- Fingerprint of the voter's key, once enrolled.
    voter        BLOB,
    -- Leaf of the person's first invitation.
    invited_leaf INTEGER NOT NULL,
    PRIMARY KEY (pool, principal, person),
    FOREIGN KEY (pool, principal) REFERENCES principals (pool, id),
    FOREIGN KEY (pool, invitation) REFERENCES keys (pool, fingerprint),
    FOREIGN KEY (pool, voter) REFERENCES keys (pool, fingerprint),
    FOREIGN KEY (pool, invited_leaf) REFERENCES leaves (pool, idx),
    CONSTRAINT voters_contributor_speaks_alone CHECK (pool = 'business' OR principal = person)
) STRICT;

CREATE TABLE elections (
    -- Whose election.
    pool           TEXT    NOT NULL,
    -- Statement id of its manifest.
    id             BLOB    NOT NULL,
    -- Title as shown.
    title          TEXT    NOT NULL,
    -- Where it stands.
    phase          TEXT    NOT NULL
                   CHECK (phase IN ('sealed', 'open', 'closed', 'certified', 'cancelled')),
    -- First instant at which a ballot is admitted.
    opens_at       INTEGER NOT NULL,
    -- First instant at which none is any more.
    closes_at      INTEGER NOT NULL,
    -- Size of the log at which the roll was frozen.
    roll_size      INTEGER NOT NULL,
    -- Root over the roll.
    roll_root      BLOB    NOT NULL CHECK (length(roll_root) = 32),
    -- How many are entitled.
    heads          INTEGER NOT NULL CHECK (heads > 0),
    -- Their weight together.
    weight         INTEGER NOT NULL CHECK (weight >= heads),
    -- Leaf of the manifest.
    sealed_leaf    INTEGER NOT NULL,
    -- Leaf of the opening.
    opened_leaf    INTEGER,
    -- Leaf of the closing.
    closed_leaf    INTEGER,
    -- Leaf of the certificate.
    certified_leaf INTEGER,
    -- Leaf of the cancellation.
    cancelled_leaf INTEGER,
    PRIMARY KEY (pool, id),
    FOREIGN KEY (pool, id) REFERENCES leaves (pool, statement_id),
    FOREIGN KEY (pool, sealed_leaf) REFERENCES leaves (pool, idx),
    FOREIGN KEY (pool, opened_leaf) REFERENCES leaves (pool, idx),
    FOREIGN KEY (pool, closed_leaf) REFERENCES leaves (pool, idx),
    FOREIGN KEY (pool, certified_leaf) REFERENCES leaves (pool, idx),
    FOREIGN KEY (pool, cancelled_leaf) REFERENCES leaves (pool, idx),
    CONSTRAINT elections_window CHECK (opens_at < closes_at),
    CONSTRAINT elections_weight_of_pool CHECK (pool = 'business' OR weight = heads),
    CONSTRAINT elections_phase_has_its_leaf CHECK (
        (phase IN ('open', 'closed', 'certified')) = (opened_leaf IS NOT NULL)
        AND (phase IN ('closed', 'certified')) = (closed_leaf IS NOT NULL)
        AND (phase = 'certified') = (certified_leaf IS NOT NULL)
        AND (phase = 'cancelled') = (cancelled_leaf IS NOT NULL))
) STRICT;

CREATE TABLE contests (
    -- Whose contest.
    pool     TEXT    NOT NULL,
    -- Its election.
    election BLOB    NOT NULL,
    -- Its id within the election.
    contest  TEXT    NOT NULL,
    -- Its place in the manifest, from 0.
    position INTEGER NOT NULL CHECK (position >= 0),
    -- Title as shown.
    title    TEXT    NOT NULL,
    -- Kind of question, which fixes the pool.
    question TEXT    NOT NULL,
    -- JSON of the contest with options and rules.
    body     TEXT    NOT NULL,
    PRIMARY KEY (pool, election, contest),
    FOREIGN KEY (pool, election) REFERENCES elections (pool, id),
    CONSTRAINT contests_question_of_pool CHECK (
        (pool = 'business'
            AND question IN ('budget_approval', 'business_resolution', 'business_seats'))
        OR (pool = 'technical'
            AND question IN ('technical_resolution', 'module_admission', 'module_maintainers',
                             'technical_seats', 'business_board_seats')))
) STRICT;

CREATE TABLE roll_entries (
    -- Whose roll.
    pool      TEXT    NOT NULL,
    -- The election it was frozen for.
    election  BLOB    NOT NULL,
    -- Who is entitled.
    principal TEXT    NOT NULL,
    -- With what weight.
    weight    INTEGER NOT NULL CHECK (weight > 0),
    -- JSON list of those who may cast the ballot, highest rank first.
    speakers  TEXT    NOT NULL,
    PRIMARY KEY (pool, election, principal),
    FOREIGN KEY (pool, election) REFERENCES elections (pool, id),
    FOREIGN KEY (pool, principal) REFERENCES principals (pool, id),
    CONSTRAINT roll_entries_weight_of_pool CHECK (pool = 'business' OR weight = 1)
) STRICT;

CREATE TABLE ballots (
    -- Whose ballot.
    pool         TEXT    NOT NULL,
    -- Where it stands in the log.
    leaf         INTEGER NOT NULL,
    -- Its election.
    election     BLOB    NOT NULL,
    -- Whose vote it is.
    principal    TEXT    NOT NULL,
    -- Who cast it.
    person       TEXT    NOT NULL,
    PRIMARY KEY (pool, leaf),
    FOREIGN KEY (pool, leaf) REFERENCES leaves (pool, idx),
    FOREIGN KEY (pool, election) REFERENCES elections (pool, id),
    FOREIGN KEY (pool, election, principal) REFERENCES roll_entries (pool, election, principal),
    FOREIGN KEY (pool, principal, person) REFERENCES voters (pool, principal, person),
    CONSTRAINT ballots_contributor_speaks_alone CHECK (pool = 'business' OR principal = person)
) STRICT;

CREATE INDEX ballots_by_election ON ballots (pool, election, leaf);

CREATE TABLE certificates (
    -- Whose certificate.
    pool     TEXT    NOT NULL,
    -- The election it certifies.
    election BLOB    NOT NULL,
    -- Where it stands in the log.
    leaf     INTEGER NOT NULL,
    -- How many ballots counted.
    heads    INTEGER NOT NULL CHECK (heads >= 0),
    -- Their weight together.
    weight   INTEGER NOT NULL CHECK (weight >= heads),
    PRIMARY KEY (pool, election),
    FOREIGN KEY (pool, election) REFERENCES elections (pool, id),
    FOREIGN KEY (pool, leaf) REFERENCES leaves (pool, idx),
    CONSTRAINT certificates_weight_of_pool CHECK (pool = 'business' OR weight = heads)
) STRICT;

CREATE TABLE results (
    -- Whose result.
    pool       TEXT NOT NULL,
    -- Its election.
    election   BLOB NOT NULL,
    -- Its contest.
    contest    TEXT NOT NULL,
    -- SHA-256 of the cast vote records.
    cvrs       BLOB NOT NULL CHECK (length(cvrs) = 32),
    -- SHA-256 of the count transcript, an artifact.
    transcript BLOB NOT NULL,
    -- JSON of the outcome.
    outcome    TEXT NOT NULL,
    PRIMARY KEY (pool, election, contest),
    FOREIGN KEY (pool, election) REFERENCES certificates (pool, election),
    FOREIGN KEY (pool, election, contest) REFERENCES contests (pool, election, contest),
    FOREIGN KEY (pool, transcript) REFERENCES artifacts (pool, sha256)
) STRICT;

CREATE TABLE decisions (
    -- Whose decision.
    pool     TEXT    NOT NULL,
    -- Its election.
    election BLOB    NOT NULL,
    -- Its contest.
    contest  TEXT    NOT NULL,
    -- Its place among the contest's decisions, from 0.
    position INTEGER NOT NULL CHECK (position >= 0),
    -- Kind of effect, which belongs to one pool.
    kind     TEXT    NOT NULL,
    -- JSON of the effect.
    body     TEXT    NOT NULL,
    PRIMARY KEY (pool, election, contest, position),
    FOREIGN KEY (pool, election, contest) REFERENCES results (pool, election, contest),
    CONSTRAINT decisions_kind_of_pool CHECK (
        (pool = 'business'
            AND kind IN ('budget_approved', 'resolution_adopted', 'business_seat_filled'))
        OR (pool = 'technical'
            AND kind IN ('technical_resolution_adopted', 'module_admitted', 'maintainer_elected',
                         'technical_seat_filled', 'business_board_seat_filled')))
) STRICT;
