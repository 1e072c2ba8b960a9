-- Bulk issuing: jobs over the population, cut into chunks that workers lease.

-- A document of a bulk job is kept without its QR text: qr_text is '' then, and made from claims, kid and signature.
ALTER TABLE documents ADD COLUMN signature BYTEA CHECK (qr_text <> '' OR signature IS NOT NULL);
-- The secret order in which a bulk list's indexes are given (src/domain/permutation.rs); none: they are drawn one by one.
ALTER TABLE status_lists ADD COLUMN seed BYTEA;
-- People by where they live, the order of jobs.
CREATE INDEX persons_by_region ON persons (kode_wilayah, nik);

CREATE TABLE bulk_jobs (
    id BYTEA NOT NULL PRIMARY KEY,            -- UUIDv7
    kind BIGINT NOT NULL,                   -- kind of the documents
    region TEXT COLLATE "C" NOT NULL,                    -- prefix of the region, without dots; empty: whole country
    supersede BIGINT NOT NULL CHECK (supersede IN (0, 1)), -- 1: replaces what is in force; 0: skips who has one
    persons BIGINT NOT NULL,                -- people in its chunks
    outside BIGINT NOT NULL,                -- people whom no office answers for; in no chunk
    created BIGINT NOT NULL                 -- when it was planned
);

CREATE TABLE bulk_chunks (
    job BYTEA NOT NULL REFERENCES bulk_jobs (id),
    number BIGINT NOT NULL,                 -- from 0
    office BYTEA NOT NULL REFERENCES offices (id), -- who issues
    from_region TEXT COLLATE "C" NOT NULL,               -- first person: kode wilayah
    from_nik BIGINT NOT NULL,               -- and NIK
    to_region TEXT COLLATE "C" NOT NULL,                 -- last person
    to_nik BIGINT NOT NULL,
    persons BIGINT NOT NULL,                -- how many when it was planned
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'leased', 'held', 'done')),
    attempt BIGINT NOT NULL,                -- grows with each lease: who holds an earlier one cannot commit any more
    worker TEXT COLLATE "C",                             -- leased: to whom
    lease_until BIGINT,                     -- leased: until when
    fault TEXT COLLATE "C",                              -- held: why, in a few fixed words
    status_list BYTEA REFERENCES status_lists (id), -- leased, done: where the documents' status stands
    first_place BIGINT,                     -- leased, done: first of their places in that list's order
    issued BIGINT,                          -- done: documents issued
    skipped BIGINT,                         -- done: people who had one in force
    refused BIGINT,                         -- done: people who get none (bulk_refusals)
    first_id BYTEA,                           -- done: smallest and
    last_id BYTEA,                            --       greatest id of its documents
    root BYTEA,                               -- done: Merkle root (RFC 6962) of their tokens in the order of their places
    told BIGINT NOT NULL DEFAULT 0 CHECK (told IN (0, 1)), -- 1: done, and agencies hear of its documents
    ended BIGINT,                           -- done: when
    PRIMARY KEY (job, number),
    CHECK ((state = 'leased') = (worker IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((state = 'done') = (root IS NOT NULL AND ended IS NOT NULL)),
    CHECK ((state = 'held') = (fault IS NOT NULL))
);
CREATE INDEX bulk_chunks_untold ON bulk_chunks (job, number) WHERE state = 'done' AND told = 0;
CREATE INDEX bulk_chunks_open ON bulk_chunks (job, number) WHERE state <> 'done';

CREATE TABLE bulk_refusals (
    job BYTEA NOT NULL,
    number BIGINT NOT NULL,                 -- of the chunk
    reason TEXT COLLATE "C" NOT NULL,                    -- the rule, never personal data
    persons BIGINT NOT NULL,                -- how many
    PRIMARY KEY (job, number, reason),
    FOREIGN KEY (job, number) REFERENCES bulk_chunks (job, number)
);
