-- Which versions of the program can work with this schema, so that the version before goes on while a new one is
-- rolled out (src/store/open.rs). A migration that takes something away sets `readable_by` to its own number.

CREATE TABLE schema_info (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    readable_by INTEGER NOT NULL             -- a program must know at least this migration
);
INSERT INTO schema_info (one, readable_by) VALUES (1, 12);
