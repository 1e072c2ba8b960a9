-- The keys that seal personal data. The secrets stand in the file data.key; which one seals stands here, so that all
-- instances agree on it (src/rotation.rs). No row: key 0 alone, as before.
CREATE TABLE data_keys (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id BETWEEN 0 AND 65535), -- its number in data.key and in what it sealed
    mark BLOB NOT NULL,                      -- keyed hash under it, which tells it from another of that number
    state TEXT NOT NULL CHECK (state IN ('added', 'seals', 'opens', 'dropped')),
    since INTEGER NOT NULL,                     -- when it entered that state
    emptied INTEGER                             -- opens: when nothing was found under it any more
);
CREATE UNIQUE INDEX data_keys_sealing ON data_keys (state) WHERE state = 'seals';

-- Whoever lost data.key begins anew, with an empty mark (docs/OPERATIONS.md).
CREATE TRIGGER data_keys_kept BEFORE DELETE ON data_keys
WHEN EXISTS (SELECT 1 FROM data_key WHERE length(mark) > 0)
BEGIN SELECT RAISE(ABORT, 'the number of a data key is never used again'); END;
CREATE TRIGGER data_keys_steps BEFORE UPDATE ON data_keys
WHEN NEW.id <> OLD.id OR NEW.mark <> OLD.mark OR (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('added>seals', 'added>dropped', 'seals>opens', 'opens>dropped'))
BEGIN SELECT RAISE(ABORT, 'a data key does not go that way'); END;
