-- What the gate holds is under a seal too, as rows of 0025 are: a release that was only written into the database counts
-- for nothing (src/gate/hold.rs). What is really held is found anew by the next look.
DELETE FROM publish_holds;
ALTER TABLE publish_holds ADD COLUMN seal BYTEA;

-- Whoever knows of no seals releases without one.
UPDATE schema_info SET readable_by = 26;
