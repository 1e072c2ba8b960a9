-- The audit trail as a transparency log (src/domain/tlog, src/tlog): each line gets a place after its commit, and the
-- hash of the line is a leaf of a Merkle tree with signed heads.

SET LOCAL lock_timeout = '5s';
LOCK TABLE audit IN ACCESS EXCLUSIVE MODE;

ALTER TABLE audit ADD COLUMN about TEXT COLLATE "C"; -- which row its content is, as table:key; NULL where it is of no row
ALTER TABLE audit ADD COLUMN seq BIGINT;     -- its place in the log, from 0; NULL while it waits for it
CREATE UNIQUE INDEX audit_by_seq ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_waiting ON audit (seq, id) WHERE seq IS NULL;
CREATE INDEX audit_about ON audit (about, id) WHERE about IS NOT NULL;

-- In place of the one of 0016: a line gets its place once, and where the person is erased its salt is forgotten: its
-- SHA-256 (32 bytes) takes the place of the 16 bytes, so that the leaf can still be told.
DROP TRIGGER audit_fixed ON audit;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.at IS DISTINCT FROM OLD.at OR NEW.actor IS DISTINCT FROM OLD.actor
    OR NEW.action IS DISTINCT FROM OLD.action OR NEW.office IS DISTINCT FROM OLD.office
    OR NEW.document IS DISTINCT FROM OLD.document OR NEW.content_hash IS DISTINCT FROM OLD.content_hash
    OR NEW.detail IS DISTINCT FROM OLD.detail OR NEW.about IS DISTINCT FROM OLD.about
    OR (NEW.seq IS DISTINCT FROM OLD.seq AND OLD.seq IS NOT NULL)
    OR (NEW.salt IS DISTINCT FROM OLD.salt
        AND (OLD.salt IS NULL OR NEW.salt IS NULL OR octet_length(OLD.salt) <> 16 OR octet_length(NEW.salt) <> 32)))
EXECUTE FUNCTION audit_fixed();

-- The keys that sign heads; the last one made signs.
CREATE TABLE log_keys (
    kid BYTEA NOT NULL PRIMARY KEY,          -- first 8 bytes of SHA-256 of the public key
    public_key BYTEA NOT NULL,               -- raw Ed25519 key; the private one is in a file or a device
    created BIGINT NOT NULL                  -- when it was made
);

-- How far the log goes. Whoever adds to it moves `size` on from what was read, so that one adds at a time.
CREATE TABLE log_state (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    origin TEXT COLLATE "C" NOT NULL,        -- names the log in its heads, for good
    size BIGINT NOT NULL                     -- lines in it
);

CREATE TABLE log_tiles (
    level BIGINT NOT NULL,                   -- eight levels of the tree between two of these
    n BIGINT NOT NULL,                       -- which of the level
    hashes BYTEA NOT NULL,                   -- at most 256 of 32 bytes
    PRIMARY KEY (level, n)
);

CREATE TABLE log_checkpoints (
    size BIGINT NOT NULL PRIMARY KEY,        -- lines that it commits to
    note TEXT COLLATE "C" NOT NULL           -- the head: a signed note
);

CREATE TABLE log_cosignatures (
    size BIGINT NOT NULL REFERENCES log_checkpoints (size), -- of which head
    witness TEXT COLLATE "C" NOT NULL,       -- name of the witness
    at BIGINT NOT NULL,                      -- when it signed, by its clock
    line TEXT COLLATE "C" NOT NULL,          -- its signature line
    PRIMARY KEY (size, witness)
);
CREATE INDEX log_cosignatures_by_witness ON log_cosignatures (witness, size);

CREATE FUNCTION log_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER log_state_grows BEFORE UPDATE ON log_state FOR EACH ROW
WHEN (NEW.size < OLD.size OR NEW.origin <> OLD.origin) EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_state_kept BEFORE DELETE ON log_state FOR EACH ROW EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_state_emptied BEFORE TRUNCATE ON log_state FOR EACH STATEMENT EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_tiles_grow BEFORE UPDATE ON log_tiles FOR EACH ROW
WHEN (NEW.level <> OLD.level OR NEW.n <> OLD.n
    OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes) EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_tiles_kept BEFORE DELETE ON log_tiles FOR EACH ROW EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_tiles_emptied BEFORE TRUNCATE ON log_tiles FOR EACH STATEMENT EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_checkpoints_fixed BEFORE UPDATE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_checkpoints_kept BEFORE DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION log_kept();
CREATE TRIGGER log_checkpoints_emptied BEFORE TRUNCATE ON log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION log_kept();
