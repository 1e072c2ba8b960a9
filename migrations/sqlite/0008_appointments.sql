-- Appointments at an office. A place in a slot is a row: what is unique here cannot be booked twice.

CREATE TABLE appointments (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    application BLOB NOT NULL REFERENCES applications (id), -- what for
    office BLOB NOT NULL REFERENCES offices (id), -- where
    starts INTEGER NOT NULL CHECK (starts % 900 = 0), -- when the slot begins
    seat INTEGER NOT NULL CHECK (seat BETWEEN 0 AND 65535), -- which of the slot's places
    state TEXT NOT NULL CHECK (state IN ('booked', 'kept', 'missed', 'cancelled')),
    created INTEGER NOT NULL,                -- when it was booked
    officer BLOB REFERENCES officers (id),   -- who noted that the person came or did not
    CHECK ((state IN ('kept', 'missed')) = (officer IS NOT NULL))
);
CREATE UNIQUE INDEX appointments_place ON appointments (office, starts, seat) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX appointments_open ON appointments (application) WHERE state = 'booked';
CREATE INDEX appointments_by_application ON appointments (application, id);

CREATE TRIGGER appointments_begin BEFORE INSERT ON appointments
WHEN NEW.state <> 'booked' OR NOT EXISTS (
    SELECT 1 FROM applications WHERE id = NEW.application AND office = NEW.office AND state IN
        ('submitted', 'under_verification', 'needs_correction', 'constrained', 'in_process'))
BEGIN SELECT RAISE(ABORT, 'an appointment is booked for an open application of the same office'); END;

CREATE TRIGGER appointments_steps BEFORE UPDATE OF state ON appointments
WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('booked>kept', 'booked>missed', 'booked>cancelled', 'kept>missed', 'missed>kept')
BEGIN SELECT RAISE(ABORT, 'an appointment does not go that way'); END;
