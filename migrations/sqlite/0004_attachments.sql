-- Attachments of applications: what they are, here; what they hold, sealed in the blob folder (src/attachments).

CREATE TABLE attachments (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    application BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,                      -- which of the kind's attachments
    media_type TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    size INTEGER NOT NULL,                   -- bytes, after cleaning
    hash BLOB NOT NULL,                      -- SHA-256 of the cleaned file; names its blob
    created INTEGER NOT NULL                 -- when it was taken in
);
CREATE INDEX attachments_by_application ON attachments (application, id);
CREATE INDEX attachments_by_hash ON attachments (hash);
