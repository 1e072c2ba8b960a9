-- Issuing of population documents. Ids are UUIDv7 made by the application, times are seconds since 1970-01-01Z.
-- Types are those that SQLite and PostgreSQL share in meaning (BLOB/BYTEA, INTEGER/BIGINT, TEXT). TEXT compares by
-- its bytes, as in SQLite, whatever the locale of the database.
--
-- Documents and what hangs on them may be spread over machines by whom they are about (docs/OPERATIONS.md). So no
-- unique key of `documents` is without its subject, and nothing has a foreign key to or from it: ids are UUIDv7 and
-- never drawn twice, and the use cases write what they have just read in the same transaction.

CREATE TABLE regions (
    kode TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- kode wilayah without dots, 2, 4, 6 or 10 digits
    nama TEXT COLLATE "C" NOT NULL,          -- its name; codes that were abolished stay
    updated BIGINT NOT NULL                  -- when this row was last imported
);

CREATE TABLE persons (
    nik BIGINT NOT NULL PRIMARY KEY,         -- NIK as a number of 16 digits
    nomor_kk BIGINT NOT NULL,                -- the family card the person stands in
    nama TEXT COLLATE "C" NOT NULL,          -- full name
    tempat_lahir TEXT COLLATE "C" NOT NULL,  -- place of birth
    tanggal_lahir BIGINT NOT NULL,           -- date of birth, days since 1970-01-01
    jenis_kelamin BIGINT NOT NULL,           -- sex (codes.md)
    golongan_darah BIGINT NOT NULL,          -- blood type, 13 unknown
    agama BIGINT NOT NULL,                   -- religion
    status_perkawinan BIGINT NOT NULL,       -- marital status (F-1.01)
    tanggal_perkawinan BIGINT,               -- date of marriage or divorce, days
    pekerjaan BIGINT NOT NULL,               -- occupation
    pendidikan BIGINT NOT NULL,              -- education
    shdk BIGINT NOT NULL,                    -- relation to the head of the family
    kewarganegaraan TEXT COLLATE "C" NOT NULL, -- ISO 3166-1 alpha-2
    no_paspor TEXT COLLATE "C",              -- passport number
    no_kitap TEXT COLLATE "C",               -- KITAP number of a foreigner
    berlaku_hingga BIGINT,                   -- end of the ITAP, days: last day of a foreigner's KTP-el
    ayah TEXT COLLATE "C",                   -- father's name
    ibu TEXT COLLATE "C",                    -- mother's name
    alamat TEXT COLLATE "C" NOT NULL,        -- street address
    rt BIGINT NOT NULL,                      -- RT, 0 to 999
    rw BIGINT NOT NULL,                      -- RW, 0 to 999
    kode_pos BIGINT,                         -- postal code
    kode_wilayah TEXT COLLATE "C" NOT NULL,  -- kelurahan/desa, 10 digits without dots
    kelurahan TEXT COLLATE "C" NOT NULL,     -- its name
    kecamatan TEXT COLLATE "C" NOT NULL,     -- name of the kecamatan
    kabupaten TEXT COLLATE "C" NOT NULL,     -- name of the kabupaten or kota
    provinsi TEXT COLLATE "C" NOT NULL,      -- name of the province
    updated BIGINT NOT NULL                  -- when this row was last imported
);
CREATE INDEX persons_by_kk ON persons (nomor_kk);

CREATE TABLE offices (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    iss TEXT COLLATE "C" NOT NULL UNIQUE,    -- the `iss` of its tokens, e.g. ID.3273
    name TEXT COLLATE "C" NOT NULL,          -- for people
    region TEXT COLLATE "C" NOT NULL,        -- region prefix it answers for, without dots; empty: whole country
    created BIGINT NOT NULL                  -- when it was added
);

CREATE TABLE officers (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7, also the first half of the bearer token
    office BYTEA NOT NULL REFERENCES offices (id), -- the only office it acts for
    name TEXT COLLATE "C" NOT NULL,          -- a label for administrators
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('signer', 'auditor')), -- signer issues and revokes, auditor reads
    token_hash BYTEA NOT NULL,               -- SHA-256 of the token's 256 random bits
    created BIGINT NOT NULL,                 -- when it was added
    revoked BIGINT                           -- since when its token no longer counts
);

CREATE TABLE keys (
    kid BYTEA NOT NULL PRIMARY KEY,          -- first 8 bytes of SHA-256 of the public key
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('root', 'publisher', 'issuer')), -- what it signs
    office BYTEA REFERENCES offices (id),    -- owner of an issuer key
    public_key BYTEA NOT NULL,               -- raw Ed25519 key; the private one is in a file or a device
    not_before BIGINT NOT NULL,              -- first second it may sign in
    not_after BIGINT NOT NULL,               -- last second it may sign in
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'retired', 'compromised')),
    since BIGINT,                            -- since when it is retired or compromised
    created BIGINT NOT NULL,                 -- when it was made
    CHECK ((role = 'issuer') = (office IS NOT NULL)),
    CHECK ((state = 'active') = (since IS NULL))
);

CREATE TABLE trust_lists (
    version BIGINT NOT NULL PRIMARY KEY,     -- grows by one with each list
    issued BIGINT NOT NULL,                  -- when it was signed
    next_update BIGINT NOT NULL,             -- when its successor is due
    root BYTEA NOT NULL,                     -- raw public key of the root that verifiers trust before this list
    token BYTEA NOT NULL                     -- the signed list, with its rotation envelopes
);

CREATE TABLE status_lists (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    office BYTEA NOT NULL REFERENCES offices (id), -- whose documents it covers
    shard BIGINT NOT NULL,                   -- number within the office, from 0
    uri TEXT COLLATE "C" NOT NULL UNIQUE,    -- its name in credentials, e.g. ikd:3273/0
    used BIGINT NOT NULL,                    -- how many of its indexes are drawn
    dirty BIGINT NOT NULL CHECK (dirty IN (0, 1)), -- 1 when a status changed since it was signed
    issued BIGINT,                           -- when it was signed
    expires BIGINT,                          -- until when it may be relied on
    token BYTEA,                             -- the signed list
    UNIQUE (office, shard)
);

CREATE TABLE documents (
    id BYTEA NOT NULL,                       -- UUIDv7; names the document outside, never the NIK
    kind BIGINT NOT NULL,                    -- 1 KTP-el, 2 KK, …
    subject BIGINT NOT NULL,                 -- NIK of a KTP-el, KK number of a KK
    office BYTEA NOT NULL,                   -- who issued it
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('issuing', 'void', 'active', 'suspended', 'revoked', 'superseded')),
    state_since BIGINT NOT NULL,             -- when it entered that state
    reason TEXT COLLATE "C",                 -- why it was suspended, revoked or superseded
    superseded_by BYTEA,                     -- the newer document, where there is one
    status_list BYTEA NOT NULL,              -- where its status stands
    status_index BIGINT NOT NULL,            -- and at which index
    issued BIGINT NOT NULL,                  -- claim iat
    expires BIGINT,                          -- claim exp; none: for life
    kid BYTEA NOT NULL,                      -- the key that signs it
    claims BYTEA NOT NULL,                   -- the exact payload, stored before it is signed
    core_only BIGINT NOT NULL CHECK (core_only IN (0, 1)), -- 1: a KK with the core columns of its members alone
    qr_text TEXT COLLATE "C",                -- the signed QR text; none before it is signed and verified
    qr_ecc TEXT COLLATE "C" CHECK (qr_ecc IN ('M', 'L')), -- error correction it fits with
    PRIMARY KEY (id, subject),
    CHECK ((state IN ('issuing', 'void')) = (qr_text IS NULL)),
    CHECK ((qr_text IS NULL) = (qr_ecc IS NULL))
);
CREATE INDEX documents_by_office ON documents (office, id);
CREATE INDEX documents_by_status ON documents (status_list) WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
CREATE INDEX documents_unfinished ON documents (state) WHERE state = 'issuing';
-- One document of a kind in force for each person or family.
CREATE UNIQUE INDEX documents_in_force ON documents (kind, subject) WHERE state IN ('active', 'suspended');

CREATE TABLE status_indexes (
    status_list BYTEA NOT NULL,              -- in which list
    status_index BIGINT NOT NULL,            -- drawn at random; a row stays for ever, also for what was never finished
    document BYTEA NOT NULL,                 -- for whom it was drawn
    PRIMARY KEY (status_list, status_index)
);

CREATE TABLE bundles (
    issued BIGINT NOT NULL PRIMARY KEY,      -- when it was made; each is later than the one before
    expires BIGINT NOT NULL,                 -- after that it decides nothing
    content BYTEA NOT NULL,                  -- SHA-256 of the versions of all lists in it, to see when it is outdated
    token BYTEA                              -- the signed bundle; dropped from all but the newest
);

CREATE TABLE audit (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    at BIGINT NOT NULL,                      -- when
    actor TEXT COLLATE "C" NOT NULL,         -- officer id, or local for the command line
    action TEXT COLLATE "C" NOT NULL,        -- what, e.g. document.revoke
    office BYTEA,                            -- in which office
    document BYTEA,                          -- to which document
    salt BYTEA,                              -- 16 random bytes
    content_hash BYTEA,                      -- SHA-256 of salt and content, where content counts; never the content
    detail TEXT COLLATE "C"                              -- a few fixed words, never personal data
);
CREATE INDEX audit_by_document ON audit (document);
