-- Bulk issuing: jobs over the population, cut into chunks that workers lease.

-- A document of a bulk job is kept without its QR text: qr_text is '' then, and made from claims, kid and signature.
ALTER TABLE documents ADD COLUMN signature BLOB CHECK (qr_text <> '' OR signature IS NOT NULL);
-- The secret order in which a bulk list's indexes are given (src/domain/permutation.rs); none: they are drawn one by one.
ALTER TABLE status_lists ADD COLUMN seed BLOB;
-- People by where they live, the order of jobs.
CREATE INDEX persons_by_region ON persons (kode_wilayah, nik);

CREATE TABLE bulk_jobs (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    kind INTEGER NOT NULL,                   -- kind of the documents
    region TEXT NOT NULL,                    -- prefix of the region, without dots; empty: whole country
    supersede INTEGER NOT NULL CHECK (supersede IN (0, 1)), -- 1: replaces what is in force; 0: skips who has one
    persons INTEGER NOT NULL,                -- people in its chunks
    outside INTEGER NOT NULL,                -- people whom no office answers for; in no chunk
    created INTEGER NOT NULL                 -- when it was planned
);

CREATE TABLE bulk_chunks (
    job BLOB NOT NULL REFERENCES bulk_jobs (id),
    number INTEGER NOT NULL,                 -- from 0
    office BLOB NOT NULL REFERENCES offices (id), -- who issues
    from_region TEXT NOT NULL,               -- first person: kode wilayah
    from_nik INTEGER NOT NULL,               -- and NIK
    to_region TEXT NOT NULL,                 -- last person
    to_nik INTEGER NOT NULL,
    persons INTEGER NOT NULL,                -- how many when it was planned
    state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'held', 'done')),
    attempt INTEGER NOT NULL,                -- grows with each lease: who holds an earlier one cannot commit any more
    worker TEXT,                             -- leased: to whom
    lease_until INTEGER,                     -- leased: until when
    fault TEXT,                              -- held: why, in a few fixed words
    status_list BLOB REFERENCES status_lists (id), -- leased, done: where the documents' status stands
    first_place INTEGER,                     -- leased, done: first of their places in that list's order
    issued INTEGER,                          -- done: documents issued
    skipped INTEGER,                         -- done: people who had one in force
    refused INTEGER,                         -- done: people who get none (bulk_refusals)
    first_id BLOB,                           -- done: smallest and
    last_id BLOB,                            --       greatest id of its documents
    root BLOB,                               -- done: Merkle root (RFC 6962) of their tokens in the order of their places
    told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)), -- 1: done, and agencies hear of its documents
    ended INTEGER,                           -- done: when
    PRIMARY KEY (job, number),
    CHECK ((state = 'leased') = (worker IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((state = 'done') = (root IS NOT NULL AND ended IS NOT NULL)),
    CHECK ((state = 'held') = (fault IS NOT NULL))
);
CREATE INDEX bulk_chunks_untold ON bulk_chunks (job, number) WHERE state = 'done' AND told = 0;
CREATE INDEX bulk_chunks_open ON bulk_chunks (job, number) WHERE state <> 'done';

CREATE TABLE bulk_refusals (
    job BLOB NOT NULL,
    number INTEGER NOT NULL,                 -- of the chunk
    reason TEXT NOT NULL,                    -- the rule, never personal data
    persons INTEGER NOT NULL,                -- how many
    PRIMARY KEY (job, number, reason),
    FOREIGN KEY (job, number) REFERENCES bulk_chunks (job, number)
);
