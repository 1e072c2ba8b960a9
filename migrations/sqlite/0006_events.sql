-- Events: what is to be told to citizens (outbox), and what happened to documents (changes), which agencies with an
-- agreement may read. Rows are written in the transaction of what they tell about.

CREATE TABLE agencies (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7, also the first half of the bearer token
    name TEXT NOT NULL,                      -- for people
    kinds TEXT NOT NULL,                     -- numbers of the kinds it hears of, with commas between; empty: all
    region TEXT NOT NULL,                    -- prefix of the regions it hears of; empty: whole country
    elements TEXT NOT NULL,                  -- names of the elements of its agreement, with commas between
    mode TEXT NOT NULL CHECK (mode IN ('pull', 'webhook')),
    token_hash BLOB,                         -- pull: SHA-256 of the token's 256 random bits
    url TEXT,                                -- webhook: where to
    secret BLOB,                             -- webhook: sealed key of its signatures
    valid_from INTEGER NOT NULL,             -- first second of the agreement
    valid_to INTEGER NOT NULL,               -- last second of the agreement
    start INTEGER NOT NULL,                  -- number of the last change before the agreement was stored
    sent INTEGER NOT NULL,                   -- number of the last change it took by webhook
    created INTEGER NOT NULL,                -- when it was stored
    cut_off INTEGER,                         -- since when it gets nothing
    cut_reason TEXT,                         -- why
    CHECK ((mode = 'pull') = (token_hash IS NOT NULL)),
    CHECK ((mode = 'webhook') = (url IS NOT NULL AND secret IS NOT NULL)),
    CHECK ((cut_off IS NULL) = (cut_reason IS NULL))
);

CREATE TABLE agency_usage (
    agency BLOB NOT NULL REFERENCES agencies (id),
    half TEXT NOT NULL,                      -- half-year, like 2026-2
    pulls INTEGER NOT NULL,                  -- requests answered
    pushes INTEGER NOT NULL,                 -- webhook batches taken
    events INTEGER NOT NULL,                 -- changes handed over
    last_used INTEGER NOT NULL,              -- when last
    PRIMARY KEY (agency, half)
);

CREATE TABLE changes (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7; the cursor of who has read up to here
    -- Its place in the one order that everybody reads. Given only after the change is committed, so that nothing
    -- that is committed later ever gets a smaller one.
    number INTEGER UNIQUE,
    document BLOB NOT NULL REFERENCES documents (id), -- which document
    turn INTEGER NOT NULL,                   -- its place among the changes of that document, from 1
    kind INTEGER NOT NULL,                   -- kind of the document
    region TEXT NOT NULL,                    -- kode wilayah of the document, without dots
    change TEXT NOT NULL CHECK (change IN ('issued', 'suspended', 'reinstated', 'revoked', 'superseded')),
    at INTEGER NOT NULL,                     -- when
    UNIQUE (document, turn)
);
CREATE INDEX changes_without_number ON changes (turn, id) WHERE number IS NULL;

CREATE TABLE change_numbers (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    last INTEGER NOT NULL                    -- the last number given; who gives numbers locks this row
);
INSERT INTO change_numbers (one, last) VALUES (1, 0);

CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    cause TEXT NOT NULL CHECK (cause IN ('application', 'letter', 'push')), -- what is to be told
    lane BLOB NOT NULL,                      -- rows of a lane are delivered one after the other: application, agency
    turn INTEGER NOT NULL,                   -- place in the lane, from 1
    application BLOB,                        -- application: which one
    office BLOB REFERENCES offices (id),     -- application: whose officers see that it could not be delivered
    stage TEXT,                              -- application: the stage it reached
    agency BLOB REFERENCES agencies (id),    -- push: to whom
    after INTEGER,                           -- push: changes with numbers above this one
    through INTEGER,                         -- push: and up to this one
    sealed BLOB,                             -- letter: address, subject and text; erased when it is delivered
    created INTEGER NOT NULL,                -- when it was written
    state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'delivered', 'dropped', 'dead')),
    due INTEGER NOT NULL,                    -- waiting: when to try; claimed: when the claim lapses; else since when
    tries INTEGER NOT NULL,                  -- how often it was claimed
    fault TEXT,                              -- what went wrong last, in a few fixed words
    UNIQUE (lane, turn),
    CHECK ((cause = 'application') = (application IS NOT NULL AND office IS NOT NULL AND stage IS NOT NULL)),
    CHECK ((cause = 'push') = (agency IS NOT NULL AND after IS NOT NULL AND through IS NOT NULL)),
    CHECK (cause <> 'letter' OR state NOT IN ('waiting', 'claimed', 'dead') OR sealed IS NOT NULL),
    CHECK (state NOT IN ('delivered', 'dropped') OR sealed IS NULL)
);
CREATE INDEX outbox_due ON outbox (due) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_dead ON outbox (office, id) WHERE state = 'dead';
CREATE INDEX outbox_ended ON outbox (due) WHERE state IN ('delivered', 'dropped', 'dead');
