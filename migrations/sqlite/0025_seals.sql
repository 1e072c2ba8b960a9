-- Rows of the register are sealed: HMAC under data.key over what a row says (src/store/register.rs). Rows from before
-- have none: `ikd register seal`.
ALTER TABLE persons ADD COLUMN seal BLOB;
ALTER TABLE regions ADD COLUMN seal BLOB;

-- So are applications: how far each is, by whom, whose it is (src/store/applications/seal.rs).
ALTER TABLE applications ADD COLUMN seal BLOB;

-- And how many cards of a mandate are used, which its tag leaves out (src/store/mandates.rs).
ALTER TABLE mandates ADD COLUMN seal BLOB;

-- And what belongs to applications and people (src/store/row_seals.rs).
ALTER TABLE application_events ADD COLUMN seal BLOB;
ALTER TABLE attachments ADD COLUMN seal BLOB;
ALTER TABLE appointments ADD COLUMN seal BLOB;
ALTER TABLE accounts ADD COLUMN seal BLOB;
ALTER TABLE devices ADD COLUMN seal BLOB;
ALTER TABLE activations ADD COLUMN seal BLOB;
ALTER TABLE outbox ADD COLUMN seal BLOB;

-- Whoever knows of no seals writes rows that do not fit theirs.
UPDATE schema_info SET readable_by = 25;
