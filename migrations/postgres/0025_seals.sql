-- Rows of the register are sealed: HMAC under data.key over what a row says (src/store/register.rs). Rows from before
-- have none: `ikd register seal`.
ALTER TABLE persons ADD COLUMN seal BYTEA;
ALTER TABLE regions ADD COLUMN seal BYTEA;

-- So are applications: how far each is, by whom, whose it is (src/store/applications/seal.rs).
ALTER TABLE applications ADD COLUMN seal BYTEA;

-- And how many cards of a mandate are used, which its tag leaves out (src/store/mandates.rs).
ALTER TABLE mandates ADD COLUMN seal BYTEA;

-- And what belongs to applications and people (src/store/row_seals.rs).
ALTER TABLE application_events ADD COLUMN seal BYTEA;
ALTER TABLE attachments ADD COLUMN seal BYTEA;
ALTER TABLE appointments ADD COLUMN seal BYTEA;
ALTER TABLE accounts ADD COLUMN seal BYTEA;
ALTER TABLE devices ADD COLUMN seal BYTEA;
ALTER TABLE activations ADD COLUMN seal BYTEA;
ALTER TABLE outbox ADD COLUMN seal BYTEA;

-- Whoever knows of no seals writes rows that do not fit theirs, and holds statements that an added column spoils.
UPDATE schema_info SET readable_by = 25;
