-- Places of status lists that were reserved and may be signed for, so that what a process signed and could not store any
-- more is known by its place, and revoked.

CREATE TABLE reservations (
    id BYTEA NOT NULL PRIMARY KEY,            -- UUIDv7
    status_list BYTEA NOT NULL REFERENCES status_lists (id),
    first_place BIGINT NOT NULL,            -- in the list's secret order
    places BIGINT NOT NULL,                 -- how many
    made BIGINT NOT NULL,                   -- when
    until BIGINT NOT NULL                   -- when nothing is stored under it any more
);
CREATE INDEX reservations_by_end ON reservations (until);

-- Indexes for which something may have been signed that nobody knows: their status is revoked for good.
CREATE TABLE burnt_indexes (
    status_list BYTEA NOT NULL REFERENCES status_lists (id),
    status_index BIGINT NOT NULL,
    since BIGINT NOT NULL,                  -- when that was found
    PRIMARY KEY (status_list, status_index)
);
