-- Issuing of population documents. Ids are UUIDv7 made by the application, times are seconds since 1970-01-01Z.
-- Types are those that SQLite and PostgreSQL share in meaning (BLOB/BYTEA, INTEGER/BIGINT, TEXT).

CREATE TABLE regions (
    kode TEXT NOT NULL PRIMARY KEY,          -- kode wilayah without dots, 2, 4, 6 or 10 digits
    nama TEXT NOT NULL,                      -- its name; codes that were abolished stay
    updated INTEGER NOT NULL                 -- when this row was last imported
);

CREATE TABLE persons (
    nik INTEGER NOT NULL PRIMARY KEY,        -- NIK as a number of 16 digits
    nomor_kk INTEGER NOT NULL,               -- the family card the person stands in
    nama TEXT NOT NULL,                      -- full name
    tempat_lahir TEXT NOT NULL,              -- place of birth
    tanggal_lahir INTEGER NOT NULL,          -- date of birth, days since 1970-01-01
    jenis_kelamin INTEGER NOT NULL,          -- sex (codes.md)
    golongan_darah INTEGER NOT NULL,         -- blood type, 13 unknown
    agama INTEGER NOT NULL,                  -- religion
    status_perkawinan INTEGER NOT NULL,      -- marital status (F-1.01)
    tanggal_perkawinan INTEGER,              -- date of marriage or divorce, days
    pekerjaan INTEGER NOT NULL,              -- occupation
    pendidikan INTEGER NOT NULL,             -- education
    shdk INTEGER NOT NULL,                   -- relation to the head of the family
    kewarganegaraan TEXT NOT NULL,           -- ISO 3166-1 alpha-2
    no_paspor TEXT,                          -- passport number
    no_kitap TEXT,                           -- KITAP number of a foreigner
    berlaku_hingga INTEGER,                  -- end of the ITAP, days: last day of a foreigner's KTP-el
    ayah TEXT,                               -- father's name
    ibu TEXT,                                -- mother's name
    alamat TEXT NOT NULL,                    -- street address
    rt INTEGER NOT NULL,                     -- RT, 0 to 999
    rw INTEGER NOT NULL,                     -- RW, 0 to 999
    kode_pos INTEGER,                        -- postal code
    kode_wilayah TEXT NOT NULL,              -- kelurahan/desa, 10 digits without dots
    kelurahan TEXT NOT NULL,                 -- its name
    kecamatan TEXT NOT NULL,                 -- name of the kecamatan
    kabupaten TEXT NOT NULL,                 -- name of the kabupaten or kota
    provinsi TEXT NOT NULL,                  -- name of the province
    updated INTEGER NOT NULL                 -- when this row was last imported
);
CREATE INDEX persons_by_kk ON persons (nomor_kk);

CREATE TABLE offices (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    iss TEXT NOT NULL UNIQUE,                -- the `iss` of its tokens, e.g. ID.3273
    name TEXT NOT NULL,                      -- for people
    region TEXT NOT NULL,                    -- region prefix it answers for, without dots; empty: whole country
    created INTEGER NOT NULL                 -- when it was added
);

CREATE TABLE officers (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7, also the first half of the bearer token
    office BLOB NOT NULL REFERENCES offices (id), -- the only office it acts for
    name TEXT NOT NULL,                      -- a label for administrators
    role TEXT NOT NULL CHECK (role IN ('signer', 'auditor')), -- signer issues and revokes, auditor reads
    token_hash BLOB NOT NULL,                -- SHA-256 of the token's 256 random bits
    created INTEGER NOT NULL,                -- when it was added
    revoked INTEGER                          -- since when its token no longer counts
);

CREATE TABLE keys (
    kid BLOB NOT NULL PRIMARY KEY,           -- first 8 bytes of SHA-256 of the public key
    role TEXT NOT NULL CHECK (role IN ('root', 'publisher', 'issuer')), -- what it signs
    office BLOB REFERENCES offices (id),     -- owner of an issuer key
    public_key BLOB NOT NULL,                -- raw Ed25519 key; the private one is in a file or a device
    not_before INTEGER NOT NULL,             -- first second it may sign in
    not_after INTEGER NOT NULL,              -- last second it may sign in
    state TEXT NOT NULL CHECK (state IN ('active', 'retired', 'compromised')),
    since INTEGER,                           -- since when it is retired or compromised
    created INTEGER NOT NULL,                -- when it was made
    CHECK ((role = 'issuer') = (office IS NOT NULL)),
    CHECK ((state = 'active') = (since IS NULL))
);

CREATE TABLE trust_lists (
    version INTEGER NOT NULL PRIMARY KEY,    -- grows by one with each list
    issued INTEGER NOT NULL,                 -- when it was signed
    next_update INTEGER NOT NULL,            -- when its successor is due
    root BLOB NOT NULL,                      -- raw public key of the root that verifiers trust before this list
    token BLOB NOT NULL                      -- the signed list, with its rotation envelopes
);

CREATE TABLE status_lists (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    office BLOB NOT NULL REFERENCES offices (id), -- whose documents it covers
    shard INTEGER NOT NULL,                  -- number within the office, from 0
    uri TEXT NOT NULL UNIQUE,                -- its name in credentials, e.g. ikd:3273/0
    used INTEGER NOT NULL,                   -- how many of its indexes are drawn
    dirty INTEGER NOT NULL CHECK (dirty IN (0, 1)), -- 1 when a status changed since it was signed
    issued INTEGER,                          -- when it was signed
    expires INTEGER,                         -- until when it may be relied on
    token BLOB,                              -- the signed list
    UNIQUE (office, shard)
);

CREATE TABLE documents (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7; names the document outside, never the NIK
    kind INTEGER NOT NULL,                   -- 1 KTP-el, 2 KK, …
    subject INTEGER NOT NULL,                -- NIK of a KTP-el, KK number of a KK
    office BLOB NOT NULL REFERENCES offices (id), -- who issued it
    state TEXT NOT NULL CHECK (state IN ('issuing', 'void', 'active', 'suspended', 'revoked', 'superseded')),
    state_since INTEGER NOT NULL,            -- when it entered that state
    reason TEXT,                             -- why it was suspended, revoked or superseded
    superseded_by BLOB REFERENCES documents (id), -- the newer document, where there is one
    status_list BLOB NOT NULL REFERENCES status_lists (id), -- where its status stands
    status_index INTEGER NOT NULL,           -- and at which index
    issued INTEGER NOT NULL,                 -- claim iat
    expires INTEGER,                         -- claim exp; none: for life
    kid BLOB NOT NULL REFERENCES keys (kid), -- the key that signs it
    claims BLOB NOT NULL,                    -- the exact payload, stored before it is signed
    core_only INTEGER NOT NULL CHECK (core_only IN (0, 1)), -- 1: a KK with the core columns of its members alone
    qr_text TEXT,                            -- the signed QR text; none before it is signed and verified
    qr_ecc TEXT CHECK (qr_ecc IN ('M', 'L')), -- error correction it fits with
    CHECK ((state IN ('issuing', 'void')) = (qr_text IS NULL)),
    CHECK ((qr_text IS NULL) = (qr_ecc IS NULL))
);
CREATE INDEX documents_by_office ON documents (office, id);
CREATE INDEX documents_by_status ON documents (status_list) WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
CREATE INDEX documents_unfinished ON documents (state) WHERE state = 'issuing';
-- One document of a kind in force for each person or family.
CREATE UNIQUE INDEX documents_in_force ON documents (kind, subject) WHERE state IN ('active', 'suspended');

CREATE TABLE status_indexes (
    status_list BLOB NOT NULL REFERENCES status_lists (id),
    status_index INTEGER NOT NULL,           -- drawn at random; a row stays for ever, also for what was never finished
    document BLOB NOT NULL,                  -- for whom it was drawn
    PRIMARY KEY (status_list, status_index)
);

CREATE TABLE bundles (
    issued INTEGER NOT NULL PRIMARY KEY,     -- when it was made; each is later than the one before
    expires INTEGER NOT NULL,                -- after that it decides nothing
    content BLOB NOT NULL,                   -- SHA-256 of the versions of all lists in it, to see when it is outdated
    token BLOB                               -- the signed bundle; dropped from all but the newest
);

CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    at INTEGER NOT NULL,                     -- when
    actor TEXT NOT NULL,                     -- officer id, or local for the command line
    action TEXT NOT NULL,                    -- what, e.g. document.revoke
    office BLOB,                             -- in which office
    document BLOB,                           -- to which document
    salt BLOB,                               -- 16 random bytes
    content_hash BLOB,                       -- SHA-256 of salt and content, where content counts; never the content
    detail TEXT                              -- a few fixed words, never personal data
);
CREATE INDEX audit_by_document ON audit (document);
