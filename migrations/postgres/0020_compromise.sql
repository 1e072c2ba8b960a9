-- The life of keys, and what happens when one is found stolen (src/compromise.rs).

-- Before it signs: asked for; asked for as a standby; a standby that the trust list names. None: it signs, or has ended.
ALTER TABLE keys ADD COLUMN stage TEXT CHECK (stage IS NULL
    OR (state = 'active' AND stage IN ('requested', 'standby', 'certified')));
-- Compromised: since when nothing that it signed is in force any more, so that all of it may be refused.
ALTER TABLE keys ADD COLUMN emptied BIGINT CHECK (emptied IS NULL OR state = 'compromised');

-- Since when a list gives no more places, and whatever stands at one that was not given until then is revoked.
ALTER TABLE status_lists ADD COLUMN closed BIGINT;
CREATE TABLE closed_lists (
    status_list BYTEA NOT NULL PRIMARY KEY REFERENCES status_lists (id),
    kid BYTEA NOT NULL REFERENCES keys (kid), -- the key that was found compromised
    known BYTEA NOT NULL CHECK (length(known) = 131072) -- a bit for each place, lowest first: 1 where it was given
);

-- A job that issues anew what a key has signed; none: one for people of a region.
ALTER TABLE bulk_jobs ADD COLUMN kid BYTEA REFERENCES keys (kid);
ALTER TABLE bulk_chunks ADD COLUMN from_id BYTEA; -- of such a job: the first document
ALTER TABLE bulk_chunks ADD COLUMN to_id BYTEA;   -- and the last
CREATE INDEX bulk_jobs_by_key ON bulk_jobs (kid) WHERE kid IS NOT NULL;
-- Credentials of phones end with the key that signed them.
CREATE INDEX bound_by_key ON bound_credentials (kid) WHERE state IN ('active', 'suspended', 'superseded');

-- What is issued anew keeps its number, and so does what it replaces.
DROP INDEX documents_by_number;
CREATE UNIQUE INDEX documents_by_number ON documents (number) WHERE number IS NOT NULL AND state <> 'superseded';
CREATE INDEX documents_by_any_number ON documents (number) WHERE number IS NOT NULL;
