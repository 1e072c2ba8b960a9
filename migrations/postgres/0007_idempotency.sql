-- Answers to requests that carried an Idempotency-Key, so that a repetition gets the answer again and does nothing.

CREATE TABLE idempotency (
    key BYTEA NOT NULL PRIMARY KEY,          -- keyed hash of whose key it is and of the key
    request BYTEA NOT NULL,                  -- keyed hash of method, address and body
    started BIGINT NOT NULL,                 -- when it was last begun, milliseconds
    response BYTEA,                          -- sealed: status, headers and body; none while it runs
    expires BIGINT NOT NULL                  -- when it is forgotten
);
CREATE INDEX idempotency_by_end ON idempotency (expires);
