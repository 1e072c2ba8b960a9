-- The audit trail as a transparency log (src/domain/tlog, src/tlog): each line gets a place after its commit, and the
-- hash of the line is a leaf of a Merkle tree with signed heads.

ALTER TABLE audit ADD COLUMN about TEXT;     -- which row its content is, as table:key; NULL where it is of no row
ALTER TABLE audit ADD COLUMN seq INTEGER;    -- its place in the log, from 0; NULL while it waits for it
CREATE UNIQUE INDEX audit_by_seq ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_waiting ON audit (seq, id) WHERE seq IS NULL;
CREATE INDEX audit_about ON audit (about, id) WHERE about IS NOT NULL;

-- In place of the one of 0016: a line gets its place once, and where the person is erased its salt is forgotten: its
-- SHA-256 (32 bytes) takes the place of the 16 bytes, so that the leaf can still be told.
DROP TRIGGER audit_fixed;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
WHEN NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor OR NEW.action IS NOT OLD.action
    OR NEW.office IS NOT OLD.office OR NEW.document IS NOT OLD.document OR NEW.content_hash IS NOT OLD.content_hash
    OR NEW.detail IS NOT OLD.detail OR NEW.about IS NOT OLD.about
    OR (NEW.seq IS NOT OLD.seq AND OLD.seq IS NOT NULL) OR (NEW.salt IS NOT OLD.salt
        AND (OLD.salt IS NULL OR NEW.salt IS NULL OR length(OLD.salt) <> 16 OR length(NEW.salt) <> 32))
BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never changed'); END;

-- The keys that sign heads; the last one made signs.
CREATE TABLE log_keys (
    kid BLOB NOT NULL PRIMARY KEY,           -- first 8 bytes of SHA-256 of the public key
    public_key BLOB NOT NULL,                -- raw Ed25519 key; the private one is in a file or a device
    created INTEGER NOT NULL                 -- when it was made
);

-- How far the log goes. Whoever adds to it moves `size` on from what was read, so that one adds at a time.
CREATE TABLE log_state (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    origin TEXT NOT NULL,                    -- names the log in its heads, for good
    size INTEGER NOT NULL                    -- lines in it
);
CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state
WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_state_kept BEFORE DELETE ON log_state
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;

CREATE TABLE log_tiles (
    level INTEGER NOT NULL,                  -- eight levels of the tree between two of these
    n INTEGER NOT NULL,                      -- which of the level
    hashes BLOB NOT NULL,                    -- at most 256 of 32 bytes
    PRIMARY KEY (level, n)
);
CREATE TRIGGER log_tiles_grow BEFORE UPDATE ON log_tiles
WHEN NEW.level <> OLD.level OR NEW.n <> OLD.n OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'a tile only grows'); END;
CREATE TRIGGER log_tiles_kept BEFORE DELETE ON log_tiles
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;

CREATE TABLE log_checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,       -- lines that it commits to
    note TEXT NOT NULL                       -- the head: a signed note
);
CREATE TRIGGER log_checkpoints_fixed BEFORE UPDATE ON log_checkpoints
BEGIN SELECT RAISE(ABORT, 'a head of the log is never changed'); END;
CREATE TRIGGER log_checkpoints_kept BEFORE DELETE ON log_checkpoints
BEGIN SELECT RAISE(ABORT, 'a head of the log is never deleted'); END;

CREATE TABLE log_cosignatures (
    size INTEGER NOT NULL REFERENCES log_checkpoints (size), -- of which head
    witness TEXT NOT NULL,                   -- name of the witness
    at INTEGER NOT NULL,                     -- when it signed, by its clock
    line TEXT NOT NULL,                      -- its signature line
    PRIMARY KEY (size, witness)
);
CREATE INDEX log_cosignatures_by_witness ON log_cosignatures (witness, size);
