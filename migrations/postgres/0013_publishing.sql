-- Publishing a change touches what changed, however many lists there are (src/status.rs): which lists are due, and the
-- statuses of one list in the order of their index, are read from indexes alone.

CREATE INDEX status_lists_dirty ON status_lists (dirty) WHERE dirty = 1;
CREATE INDEX status_lists_expires ON status_lists (expires);
DROP INDEX documents_by_status;
CREATE INDEX documents_by_status ON documents (status_list, status_index, state)
    WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
DROP INDEX bound_by_status;
CREATE INDEX bound_by_status ON bound_credentials (status_list, status_index, state)
    WHERE state IN ('void', 'suspended', 'revoked', 'superseded');
