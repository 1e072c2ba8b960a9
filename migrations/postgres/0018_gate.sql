-- What the gate keeps from going out (src/gate), until it is mended or somebody answers for it.
CREATE TABLE publish_holds (
    what TEXT NOT NULL PRIMARY KEY,          -- the name of a status list, trust, bundle, or a published tree
    kind TEXT NOT NULL CHECK (kind IN ('list', 'trust', 'bundle', 'tree')),
    reason TEXT NOT NULL,                    -- why, for people; never personal data
    mark BYTEA NOT NULL,                     -- SHA-256 of what may not go out: a release is for exactly this
    changes BIGINT NOT NULL,                 -- statuses that change: a release is for so many at most
    releasable BIGINT NOT NULL CHECK (releasable IN (0, 1)), -- 0: only mending helps
    since BIGINT NOT NULL,                   -- when it was held first
    released BIGINT                          -- when somebody answered for it; gone once it went out
);

-- When a credential ended that is thrown away, and with it what its list says of it: no list without a revocation goes
-- out that may still matter. None: it is still there, or it is a document, which is kept for good.
ALTER TABLE status_indexes ADD COLUMN ends BIGINT;
UPDATE status_indexes SET ends = 0
    WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = status_indexes.document)
    AND NOT EXISTS (SELECT 1 FROM bound_credentials WHERE bound_credentials.id = status_indexes.document);

CREATE FUNCTION status_indexes_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM bound_credentials AS b WHERE b.status_list = NEW.status_list
        AND b.status_index = NEW.status_index AND b.expires = NEW.ends
        AND b.state IN ('void', 'suspended', 'revoked', 'superseded')) THEN
        RAISE EXCEPTION 'an index ends with its credential' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER status_indexes_ends BEFORE UPDATE OF ends ON status_indexes
    FOR EACH ROW EXECUTE FUNCTION status_indexes_ends();
