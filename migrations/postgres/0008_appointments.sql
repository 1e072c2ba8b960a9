-- Appointments at an office. A place in a slot is a row: what is unique here cannot be booked twice.

CREATE TABLE appointments (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    application BYTEA NOT NULL REFERENCES applications (id), -- what for
    office BYTEA NOT NULL REFERENCES offices (id), -- where
    starts BIGINT NOT NULL CHECK (starts % 900 = 0), -- when the slot begins
    seat BIGINT NOT NULL CHECK (seat BETWEEN 0 AND 65535), -- which of the slot's places
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('booked', 'kept', 'missed', 'cancelled')),
    created BIGINT NOT NULL,                 -- when it was booked
    officer BYTEA REFERENCES officers (id),  -- who noted that the person came or did not
    CHECK ((state IN ('kept', 'missed')) = (officer IS NOT NULL))
);
CREATE UNIQUE INDEX appointments_place ON appointments (office, starts, seat) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX appointments_open ON appointments (application) WHERE state = 'booked';
CREATE INDEX appointments_by_application ON appointments (application, id);

CREATE FUNCTION appointments_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'booked' OR NOT EXISTS (
    SELECT 1 FROM applications WHERE id = NEW.application AND office = NEW.office AND state IN
        ('submitted', 'under_verification', 'needs_correction', 'constrained', 'in_process')) THEN
        RAISE EXCEPTION 'an appointment is booked for an open application of the same office' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointments_begin BEFORE INSERT ON appointments FOR EACH ROW EXECUTE FUNCTION appointments_begin();

CREATE FUNCTION appointments_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
    ('booked>kept', 'booked>missed', 'booked>cancelled', 'kept>missed', 'missed>kept') THEN
        RAISE EXCEPTION 'an appointment does not go that way' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointments_steps BEFORE UPDATE OF state ON appointments FOR EACH ROW EXECUTE FUNCTION appointments_steps();
