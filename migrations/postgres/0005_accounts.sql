-- Accounts of citizens and the codes sent to them. NIK and contact stand only sealed (src/crypter.rs); what they are
-- found by is a keyed hash.

CREATE TABLE accounts (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    nik_index BYTEA NOT NULL UNIQUE,         -- keyed hash of the NIK
    nik BYTEA NOT NULL,                      -- sealed: the NIK
    contact_index BYTEA NOT NULL,            -- keyed hash of the contact; a family may share one
    contact BYTEA NOT NULL,                  -- sealed: e-mail address or phone number, padded to one length
    created BIGINT NOT NULL,                 -- when it was opened
    changed BIGINT NOT NULL                  -- when its contact was last changed
);

CREATE TABLE account_codes (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7; what the citizen's browser names the code by
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('register', 'sign-in', 'contact', 'close')), -- what it lets one do
    subject BYTEA NOT NULL,                  -- keyed hash of the NIK, by which tries are counted
    code_hash BYTEA NOT NULL,                -- keyed hash of id, purpose and code; of no code at all where the data did not match
    payload BYTEA NOT NULL,                  -- sealed, always of the same length: what is done once the code is right
    expires BIGINT NOT NULL,                 -- after that it lets nobody in
    tries BIGINT NOT NULL CHECK (tries BETWEEN 0 AND 5) -- wrong codes it still takes
);
CREATE INDEX account_codes_by_expiry ON account_codes (expires);
