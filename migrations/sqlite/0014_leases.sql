-- Work that one of several instances does for all: whoever has the lease does it.

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,          -- which work
    holder BLOB NOT NULL,                    -- 16 random bytes of the process that does it
    term INTEGER NOT NULL,                   -- grows by one with each new holder
    until INTEGER NOT NULL                   -- its time; afterwards anybody may take it
);

-- The term of the publisher that signed it last: one whose lease went to another does not sign it any more.
ALTER TABLE status_lists ADD COLUMN term INTEGER NOT NULL DEFAULT 0;

-- One activation that waits for a phone for each person.
DROP INDEX activations_open;
CREATE UNIQUE INDEX activations_open ON activations (subject_index) WHERE state = 'open';

-- Which data key the sealed columns and keyed hashes are of: an instance that has another one does not start.
CREATE TABLE data_key (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), -- there is one row
    mark BLOB NOT NULL                       -- keyed hash of a fixed word
);

-- The last running number of a series on a day, counted by what is printed before it: two offices with the same four
-- digits of region (a city and a district in it) share a series. `numbers` counted each by itself.
CREATE TABLE printed_numbers (
    prefix TEXT NOT NULL,                    -- e.g. 3273-LU
    day INTEGER NOT NULL,                    -- days since 1970-01-01, in the office's zone
    last INTEGER NOT NULL,                   -- the last number drawn
    PRIMARY KEY (prefix, day)
);
INSERT INTO printed_numbers (prefix, day, last)
    SELECT substr(offices.region || '0000', 1, 4) || '-' || numbers.series, numbers.day, MAX(numbers.last)
    FROM numbers JOIN offices ON offices.id = numbers.office
    GROUP BY substr(offices.region || '0000', 1, 4) || '-' || numbers.series, numbers.day;
