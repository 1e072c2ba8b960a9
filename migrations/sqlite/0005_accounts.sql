-- Accounts of citizens and the codes sent to them. NIK and contact stand only sealed (src/crypter.rs); what they are
-- found by is a keyed hash.

CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    nik_index BLOB NOT NULL UNIQUE,          -- keyed hash of the NIK
    nik BLOB NOT NULL,                       -- sealed: the NIK
    contact_index BLOB NOT NULL,             -- keyed hash of the contact; a family may share one
    contact BLOB NOT NULL,                   -- sealed: e-mail address or phone number, padded to one length
    created INTEGER NOT NULL,                -- when it was opened
    changed INTEGER NOT NULL                 -- when its contact was last changed
);

CREATE TABLE account_codes (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7; what the citizen's browser names the code by
    purpose TEXT NOT NULL CHECK (purpose IN ('register', 'sign-in', 'contact', 'close')), -- what it lets one do
    subject BLOB NOT NULL,                   -- keyed hash of the NIK, by which tries are counted
    code_hash BLOB NOT NULL,                 -- keyed hash of id, purpose and code; of no code at all where the data did not match
    payload BLOB NOT NULL,                   -- sealed, always of the same length: what is done once the code is right
    expires INTEGER NOT NULL,                -- after that it lets nobody in
    tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5) -- wrong codes it still takes
);
CREATE INDEX account_codes_by_expiry ON account_codes (expires);
