-- Documents on phones: activations at the counter, devices with their public keys, credentials bound to those keys.

CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    subject_index BLOB NOT NULL,             -- keyed hash of the NIK
    nik BLOB NOT NULL,                       -- sealed: whose documents it shows
    key BLOB NOT NULL,                       -- its public P-256 key, SEC1 compressed; the private one never leaves it
    face BLOB,                               -- sealed: portrait from the counter, subformat and picture
    label TEXT NOT NULL,                     -- browser and system in two words, or empty
    office BLOB REFERENCES offices (id),     -- where its person was seen; none: at the command line
    created INTEGER NOT NULL,                -- when it was activated
    renewed INTEGER NOT NULL,                -- when it last got credentials
    state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'replaced', 'removed')), -- src/domain/device.rs
    since INTEGER NOT NULL                   -- when it entered that state
);
-- One phone for each person.
CREATE UNIQUE INDEX devices_active ON devices (subject_index) WHERE state = 'active';
CREATE INDEX devices_by_subject ON devices (subject_index, id);
CREATE INDEX devices_ended ON devices (since) WHERE state <> 'active';

CREATE TABLE activations (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    code_hash BLOB NOT NULL UNIQUE,          -- keyed hash of the code's 128 random bits
    subject_index BLOB NOT NULL,             -- keyed hash of the NIK
    nik BLOB NOT NULL,                       -- sealed: who was seen at the counter
    face BLOB,                               -- sealed: portrait taken there
    office BLOB REFERENCES offices (id),     -- where
    officer BLOB REFERENCES officers (id),   -- by whom
    created INTEGER NOT NULL,                -- when
    expires INTEGER NOT NULL,                -- first second in which the code no longer counts
    state TEXT NOT NULL CHECK (state IN ('open', 'used', 'cancelled')),
    device BLOB REFERENCES devices (id),     -- used: the phone it made
    CHECK ((state = 'used') = (device IS NOT NULL)),
    CHECK ((office IS NULL) = (officer IS NULL))
);
CREATE INDEX activations_open ON activations (subject_index) WHERE state = 'open';
CREATE INDEX activations_by_device ON activations (device) WHERE device IS NOT NULL;
CREATE INDEX activations_by_end ON activations (expires);

CREATE TABLE bound_credentials (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    device BLOB NOT NULL REFERENCES devices (id), -- whose key is in it
    document BLOB NOT NULL REFERENCES documents (id), -- the document it shows, whole or in part
    purpose INTEGER NOT NULL,                -- claim 95; 0: the whole document
    office BLOB NOT NULL REFERENCES offices (id), -- whose key signs it
    state TEXT NOT NULL CHECK (state IN ('issuing', 'void', 'active', 'suspended', 'revoked', 'superseded')),
    since INTEGER NOT NULL,                  -- when it entered that state
    status_list BLOB NOT NULL REFERENCES status_lists (id), -- where its own status stands
    status_index INTEGER NOT NULL,           -- and at which index
    issued INTEGER NOT NULL,                 -- claim iat
    expires INTEGER NOT NULL,                -- claim exp
    kid BLOB NOT NULL REFERENCES keys (kid), -- the key that signs it
    claims BLOB NOT NULL                     -- sealed: the exact payload, stored before it is signed
);
CREATE INDEX bound_by_device ON bound_credentials (device, document, purpose);
CREATE INDEX bound_by_document ON bound_credentials (document);
CREATE INDEX bound_by_status ON bound_credentials (status_list) WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
CREATE INDEX bound_unfinished ON bound_credentials (since) WHERE state = 'issuing';
CREATE INDEX bound_by_end ON bound_credentials (expires);

-- Nothing that ended begins again.
CREATE TRIGGER devices_steps BEFORE UPDATE OF state ON devices
WHEN OLD.state <> 'active'
BEGIN SELECT RAISE(ABORT, 'a device that ended stays so'); END;

CREATE TRIGGER activations_steps BEFORE UPDATE OF state ON activations
WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'an activation is used once'); END;

CREATE TRIGGER bound_steps BEFORE UPDATE OF state ON bound_credentials
WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('issuing>void', 'issuing>active', 'active>suspended', 'active>revoked', 'active>superseded',
     'suspended>active', 'suspended>revoked', 'suspended>superseded', 'superseded>revoked')
BEGIN SELECT RAISE(ABORT, 'a bound credential does not go that way'); END;
