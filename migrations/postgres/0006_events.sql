-- Events: what is to be told to citizens (outbox), and what happened to documents (changes), which agencies with an
-- agreement may read. Rows are written in the transaction of what they tell about.

CREATE TABLE agencies (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7, also the first half of the bearer token
    name TEXT COLLATE "C" NOT NULL,          -- for people
    kinds TEXT COLLATE "C" NOT NULL,         -- numbers of the kinds it hears of, with commas between; empty: all
    region TEXT COLLATE "C" NOT NULL,        -- prefix of the regions it hears of; empty: whole country
    elements TEXT COLLATE "C" NOT NULL,      -- names of the elements of its agreement, with commas between
    mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('pull', 'webhook')),
    token_hash BYTEA,                        -- pull: SHA-256 of the token's 256 random bits
    url TEXT COLLATE "C",                    -- webhook: where to
    secret BYTEA,                            -- webhook: sealed key of its signatures
    valid_from BIGINT NOT NULL,              -- first second of the agreement
    valid_to BIGINT NOT NULL,                -- last second of the agreement
    start BIGINT NOT NULL,                   -- number of the last change before the agreement was stored
    sent BIGINT NOT NULL,                    -- number of the last change it took by webhook
    created BIGINT NOT NULL,                 -- when it was stored
    cut_off BIGINT,                          -- since when it gets nothing
    cut_reason TEXT COLLATE "C",             -- why
    CHECK ((mode = 'pull') = (token_hash IS NOT NULL)),
    CHECK ((mode = 'webhook') = (url IS NOT NULL AND secret IS NOT NULL)),
    CHECK ((cut_off IS NULL) = (cut_reason IS NULL))
);

CREATE TABLE agency_usage (
    agency BYTEA NOT NULL REFERENCES agencies (id),
    half TEXT COLLATE "C" NOT NULL,          -- half-year, like 2026-2
    pulls BIGINT NOT NULL,                   -- requests answered
    pushes BIGINT NOT NULL,                  -- webhook batches taken
    events BIGINT NOT NULL,                  -- changes handed over
    last_used BIGINT NOT NULL,               -- when last
    PRIMARY KEY (agency, half)
);

CREATE TABLE changes (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7; the cursor of who has read up to here
    -- Its place in the one order that everybody reads. Given only after the change is committed, so that nothing
    -- that is committed later ever gets a smaller one.
    number BIGINT UNIQUE,
    document BYTEA NOT NULL,                 -- which document
    turn BIGINT NOT NULL,                    -- its place among the changes of that document, from 1
    kind BIGINT NOT NULL,                    -- kind of the document
    region TEXT COLLATE "C" NOT NULL,        -- kode wilayah of the document, without dots
    change TEXT COLLATE "C" NOT NULL CHECK (change IN ('issued', 'suspended', 'reinstated', 'revoked', 'superseded')),
    at BIGINT NOT NULL,                      -- when
    UNIQUE (document, turn)
);
CREATE INDEX changes_without_number ON changes (turn, id) WHERE number IS NULL;

CREATE TABLE change_numbers (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    last BIGINT NOT NULL                     -- the last number given; who gives numbers locks this row
);
INSERT INTO change_numbers (one, last) VALUES (1, 0);

CREATE TABLE outbox (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    cause TEXT COLLATE "C" NOT NULL CHECK (cause IN ('application', 'letter', 'push')), -- what is to be told
    lane BYTEA NOT NULL,                     -- rows of a lane are delivered one after the other: application, agency
    turn BIGINT NOT NULL,                    -- place in the lane, from 1
    application BYTEA,                       -- application: which one
    office BYTEA REFERENCES offices (id),    -- application: whose officers see that it could not be delivered
    stage TEXT COLLATE "C",                  -- application: the stage it reached
    agency BYTEA REFERENCES agencies (id),   -- push: to whom
    after BIGINT,                            -- push: changes with numbers above this one
    through BIGINT,                          -- push: and up to this one
    sealed BYTEA,                            -- letter: address, subject and text; erased when it is delivered
    created BIGINT NOT NULL,                 -- when it was written
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'claimed', 'delivered', 'dropped', 'dead')),
    due BIGINT NOT NULL,                     -- waiting: when to try; claimed: when the claim lapses; else since when
    tries BIGINT NOT NULL,                   -- how often it was claimed
    fault TEXT COLLATE "C",                  -- what went wrong last, in a few fixed words
    UNIQUE (lane, turn),
    CHECK ((cause = 'application') = (application IS NOT NULL AND office IS NOT NULL AND stage IS NOT NULL)),
    CHECK ((cause = 'push') = (agency IS NOT NULL AND after IS NOT NULL AND through IS NOT NULL)),
    CHECK (cause <> 'letter' OR state NOT IN ('waiting', 'claimed', 'dead') OR sealed IS NOT NULL),
    CHECK (state NOT IN ('delivered', 'dropped') OR sealed IS NULL)
);
CREATE INDEX outbox_due ON outbox (due) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_dead ON outbox (office, id) WHERE state = 'dead';
CREATE INDEX outbox_ended ON outbox (due) WHERE state IN ('delivered', 'dropped', 'dead');
