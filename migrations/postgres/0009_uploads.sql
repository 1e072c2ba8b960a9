-- Files that come in parts from a phone with a poor network, until they are whole and become attachments.

CREATE TABLE uploads (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    application BYTEA NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,          -- which of the kind's attachments it will be
    size BIGINT NOT NULL CHECK (size BETWEEN 1 AND 16777216), -- bytes of the whole file
    file BYTEA NOT NULL,                     -- keyed hash of the file's SHA-256: the same file goes on where it stopped
    received BIGINT NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size), -- bytes that are here
    created BIGINT NOT NULL                  -- when it was begun
);
CREATE UNIQUE INDEX uploads_file ON uploads (application, slug, file);
CREATE INDEX uploads_created ON uploads (created);

CREATE TABLE upload_parts (
    upload BYTEA NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    start BIGINT NOT NULL,                   -- offset of its first byte
    bytes BYTEA NOT NULL,                    -- sealed
    PRIMARY KEY (upload, start)
);
