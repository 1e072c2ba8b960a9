-- Officers sign in with a name, a password and a code; sessions of everybody; throttles and lockouts.

-- Five roles instead of two, and a token only for those who use the API.
DROP TABLE officers;
CREATE TABLE officers (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7, also the first half of the bearer token
    office BYTEA NOT NULL REFERENCES offices (id), -- the only office it acts for
    name TEXT COLLATE "C" NOT NULL,          -- for people: on pages and in lists of users
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('operator', 'verifier', 'signer', 'auditor', 'admin')), -- src/domain/officer.rs
    token_hash BYTEA,                        -- SHA-256 of the token's 256 random bits; none: no use of the API by token
    created BIGINT NOT NULL,                 -- when it was added
    disabled BIGINT                          -- since when neither token nor login count
);
CREATE INDEX officers_by_office ON officers (office, id);

CREATE TABLE officer_logins (
    officer BYTEA NOT NULL PRIMARY KEY REFERENCES officers (id), -- whose
    login TEXT COLLATE "C" NOT NULL UNIQUE,  -- the name typed at sign-in, lower case
    password TEXT COLLATE "C" NOT NULL,      -- argon2id, PHC string
    one_time_until BIGINT,                   -- set by an admin: must be replaced, and counts only until then
    totp BYTEA,                              -- sealed secret of the code generator; none: to be enrolled
    totp_step BIGINT,                        -- last time step whose code was taken; none: enrolment not confirmed
    last_login BIGINT,                       -- when they last signed in
    CHECK (totp IS NOT NULL OR totp_step IS NULL)
);

CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY,         -- SHA-256 of the cookie's 256 random bits
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('officer', 'citizen', 'guest')), -- whose
    principal BYTEA NOT NULL,                -- id of the officer, the account or the application
    stage TEXT COLLATE "C" NOT NULL CHECK (stage IN ('login', 'open')), -- login: the password was right, the code is still missing
    device TEXT COLLATE "C",                 -- browser and system in two words, e.g. Firefox, Windows
    created BIGINT NOT NULL,                 -- when it was opened
    seen BIGINT NOT NULL,                    -- when it was last used, to the minute
    expires BIGINT NOT NULL                  -- when it ends, used or not
);
CREATE INDEX sessions_by_principal ON sessions (kind, principal);
CREATE INDEX sessions_by_end ON sessions (expires);

CREATE TABLE throttles (
    key BYTEA NOT NULL PRIMARY KEY,          -- keyed HMAC of the rule and of whom it counts
    used BIGINT NOT NULL,                    -- tries in this window
    ends BIGINT NOT NULL                     -- when the window ends
);
CREATE INDEX throttles_by_end ON throttles (ends);

CREATE TABLE lockouts (
    key BYTEA NOT NULL PRIMARY KEY,          -- keyed HMAC of the realm and the name, whether there is such a name or not
    failures BIGINT NOT NULL,                -- wrong tries since the last right one
    locked_until BIGINT NOT NULL,            -- no try counts before; 0 where it is not locked
    forgotten BIGINT NOT NULL                -- when this row is deleted
);
CREATE INDEX lockouts_by_end ON lockouts (forgotten);
