-- Rows of the register are sealed: HMAC under data.key over all that a row says (src/store/register.rs). Rows from before
-- have none: `ikd register seal`.
ALTER TABLE persons ADD COLUMN seal BLOB;
ALTER TABLE regions ADD COLUMN seal BLOB;
