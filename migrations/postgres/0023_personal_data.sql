-- The keys that seal personal data. The secrets stand in the file data.key; which one seals stands here, so that all
-- instances agree on it (src/rotation.rs). No row: key 0 alone, as before.
CREATE TABLE data_keys (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id BETWEEN 0 AND 65535), -- its number in data.key and in what it sealed
    mark BYTEA NOT NULL,                      -- keyed hash under it, which tells it from another of that number
    state TEXT NOT NULL CHECK (state IN ('added', 'seals', 'opens', 'dropped')),
    since BIGINT NOT NULL,                     -- when it entered that state
    emptied BIGINT                             -- opens: when nothing was found under it any more
);
CREATE UNIQUE INDEX data_keys_sealing ON data_keys (state) WHERE state = 'seals';

-- Whoever lost data.key begins anew, with an empty mark (docs/OPERATIONS.md).
CREATE FUNCTION data_keys_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM data_key WHERE length(mark) > 0) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the number of a data key is never used again' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER data_keys_kept BEFORE DELETE ON data_keys FOR EACH ROW EXECUTE FUNCTION data_keys_kept();

CREATE FUNCTION data_keys_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a data key does not go that way' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER data_keys_steps BEFORE UPDATE ON data_keys FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.mark <> OLD.mark OR (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('added>seals', 'added>dropped', 'seals>opens', 'opens>dropped')))
EXECUTE FUNCTION data_keys_steps();
