-- Files that come in parts from a phone with a poor network, until they are whole and become attachments.

CREATE TABLE uploads (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    application BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,                      -- which of the kind's attachments it will be
    size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 16777216), -- bytes of the whole file
    file BLOB NOT NULL,                      -- keyed hash of the file's SHA-256: the same file goes on where it stopped
    received INTEGER NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size), -- bytes that are here
    created INTEGER NOT NULL                 -- when it was begun
);
CREATE UNIQUE INDEX uploads_file ON uploads (application, slug, file);
CREATE INDEX uploads_created ON uploads (created);

CREATE TABLE upload_parts (
    upload BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,                  -- offset of its first byte
    bytes BLOB NOT NULL,                     -- sealed
    PRIMARY KEY (upload, start)
);
