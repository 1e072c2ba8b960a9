-- Attachments of applications: what they are, here; what they hold, sealed in the blob folder (src/attachments).

CREATE TABLE attachments (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    application BYTEA NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,          -- which of the kind's attachments
    media_type TEXT COLLATE "C" NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    size BIGINT NOT NULL,                    -- bytes, after cleaning
    hash BYTEA NOT NULL,                     -- SHA-256 of the cleaned file; names its blob
    created BIGINT NOT NULL                  -- when it was taken in
);
CREATE INDEX attachments_by_application ON attachments (application, id);
CREATE INDEX attachments_by_hash ON attachments (hash);
