-- Documents on phones: activations at the counter, devices with their public keys, credentials bound to those keys.

CREATE TABLE devices (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    subject_index BYTEA NOT NULL,            -- keyed hash of the NIK
    nik BYTEA NOT NULL,                      -- sealed: whose documents it shows
    key BYTEA NOT NULL,                      -- its public P-256 key, SEC1 compressed; the private one never leaves it
    face BYTEA,                              -- sealed: portrait from the counter, subformat and picture
    label TEXT COLLATE "C" NOT NULL,         -- browser and system in two words, or empty
    office BYTEA REFERENCES offices (id),    -- where its person was seen; none: at the command line
    created BIGINT NOT NULL,                 -- when it was activated
    renewed BIGINT NOT NULL,                 -- when it last got credentials
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'lost', 'replaced', 'removed')), -- src/domain/device.rs
    since BIGINT NOT NULL                    -- when it entered that state
);
-- One phone for each person.
CREATE UNIQUE INDEX devices_active ON devices (subject_index) WHERE state = 'active';
CREATE INDEX devices_by_subject ON devices (subject_index, id);
CREATE INDEX devices_ended ON devices (since) WHERE state <> 'active';

CREATE TABLE activations (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    code_hash BYTEA NOT NULL UNIQUE,         -- keyed hash of the code's 128 random bits
    subject_index BYTEA NOT NULL,            -- keyed hash of the NIK
    nik BYTEA NOT NULL,                      -- sealed: who was seen at the counter
    face BYTEA,                              -- sealed: portrait taken there
    office BYTEA REFERENCES offices (id),    -- where
    officer BYTEA REFERENCES officers (id),  -- by whom
    created BIGINT NOT NULL,                 -- when
    expires BIGINT NOT NULL,                 -- first second in which the code no longer counts
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'used', 'cancelled')),
    device BYTEA REFERENCES devices (id),    -- used: the phone it made
    CHECK ((state = 'used') = (device IS NOT NULL)),
    CHECK ((office IS NULL) = (officer IS NULL))
);
CREATE INDEX activations_open ON activations (subject_index) WHERE state = 'open';
CREATE INDEX activations_by_device ON activations (device) WHERE device IS NOT NULL;
CREATE INDEX activations_by_end ON activations (expires);

CREATE TABLE bound_credentials (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    device BYTEA NOT NULL REFERENCES devices (id), -- whose key is in it
    document BYTEA NOT NULL,                 -- the document it shows, whole or in part
    purpose BIGINT NOT NULL,                 -- claim 95; 0: the whole document
    office BYTEA NOT NULL REFERENCES offices (id), -- whose key signs it
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('issuing', 'void', 'active', 'suspended', 'revoked', 'superseded')),
    since BIGINT NOT NULL,                   -- when it entered that state
    status_list BYTEA NOT NULL REFERENCES status_lists (id), -- where its own status stands
    status_index BIGINT NOT NULL,            -- and at which index
    issued BIGINT NOT NULL,                  -- claim iat
    expires BIGINT NOT NULL,                 -- claim exp
    kid BYTEA NOT NULL REFERENCES keys (kid), -- the key that signs it
    claims BYTEA NOT NULL                    -- sealed: the exact payload, stored before it is signed
);
CREATE INDEX bound_by_device ON bound_credentials (device, document, purpose);
CREATE INDEX bound_by_document ON bound_credentials (document);
CREATE INDEX bound_by_status ON bound_credentials (status_list) WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
CREATE INDEX bound_unfinished ON bound_credentials (since) WHERE state = 'issuing';
CREATE INDEX bound_by_end ON bound_credentials (expires);

-- Nothing that ended begins again.
CREATE FUNCTION devices_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'active' THEN
        RAISE EXCEPTION 'a device that ended stays so' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER devices_steps BEFORE UPDATE OF state ON devices FOR EACH ROW EXECUTE FUNCTION devices_steps();

CREATE FUNCTION activations_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'an activation is used once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activations_steps BEFORE UPDATE OF state ON activations FOR EACH ROW EXECUTE FUNCTION activations_steps();

CREATE FUNCTION bound_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('issuing>void', 'issuing>active', 'active>suspended', 'active>revoked', 'active>superseded',
     'suspended>active', 'suspended>revoked', 'suspended>superseded', 'superseded>revoked') THEN
        RAISE EXCEPTION 'a bound credential does not go that way' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bound_steps BEFORE UPDATE OF state ON bound_credentials FOR EACH ROW EXECUTE FUNCTION bound_steps();
