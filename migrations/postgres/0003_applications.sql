-- Applications for documents. Personal data stands only in sealed columns (src/crypter.rs), look-ups use keyed hashes.

CREATE TABLE applications (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7
    office BYTEA NOT NULL REFERENCES offices (id), -- who decides it
    kind BIGINT NOT NULL,                    -- what is applied for
    filer TEXT COLLATE "C" NOT NULL CHECK (filer IN ('citizen', 'guest', 'officer')), -- who filed it
    account BYTEA,                           -- the citizen's account
    filed_by BYTEA REFERENCES officers (id), -- the officer at the counter
    previous BYTEA REFERENCES applications (id), -- the rejected application that this one follows
    created BIGINT NOT NULL,                 -- when it was begun
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'under_verification', 'needs_correction',
        'constrained', 'in_process', 'done', 'handed_over', 'rejected', 'cancelled')),
    since BIGINT NOT NULL,                   -- when it entered that state
    registration TEXT COLLATE "C" UNIQUE,    -- the citizen's number, none for a draft
    submitted BIGINT,                        -- when it was first handed in
    code_hash BYTEA,                         -- keyed hash of the code on the receipt
    due BIGINT,                              -- when the office's time is up, while its clock runs
    remaining BIGINT,                        -- working seconds left, while the clock stands still
    in_time BIGINT CHECK (in_time IN (0, 1)), -- once decided: whether before the time was up
    late TEXT COLLATE "C" NOT NULL CHECK (late IN ('no', 'pending', 'approved')), -- event reported after its deadline
    late_by BYTEA REFERENCES officers (id),  -- who approved that
    officer BYTEA REFERENCES officers (id),  -- who took it, asked for the correction, or rejected it
    verified_by BYTEA REFERENCES officers (id), -- who verified it
    signed_by BYTEA REFERENCES officers (id), -- who approved it
    cause TEXT COLLATE "C" CHECK (cause IN ('outage', 'quota', 'hours')), -- what a constrained one waits for
    resume TEXT COLLATE "C" CHECK (resume IN ('submitted', 'under_verification', 'in_process')), -- where it goes on
    note BYTEA,                              -- sealed: what the officer wrote to the citizen
    document BYTEA,                          -- what was issued
    handed_by BYTEA REFERENCES officers (id), -- who handed it over
    handed_how TEXT COLLATE "C" CHECK (handed_how IN ('collected', 'delivered')),
    originals_checked BIGINT CHECK (originals_checked IN (0, 1)), -- the originals were seen
    old_card_withdrawn BIGINT CHECK (old_card_withdrawn IN (0, 1)), -- the old card was taken back
    subject_index BYTEA,                     -- keyed hash of the NIK it is about
    people BYTEA NOT NULL,                   -- sealed: applicant, subject, contact
    answers BYTEA NOT NULL,                  -- sealed: the form
    version BIGINT NOT NULL,                 -- grows with each change of people or answers
    CHECK ((filer = 'citizen') = (account IS NOT NULL)),
    CHECK ((filer = 'officer') = (filed_by IS NOT NULL)),
    CHECK ((state = 'draft') = (registration IS NULL)),
    CHECK ((registration IS NULL) = (submitted IS NULL)),
    CHECK (num_nonnulls(due, remaining, in_time) <= 1),
    CHECK ((late = 'approved') = (late_by IS NOT NULL)),
    CHECK ((state = 'constrained') = (cause IS NOT NULL AND resume IS NOT NULL)),
    CHECK ((state IN ('done', 'handed_over')) = (signed_by IS NOT NULL AND document IS NOT NULL)),
    CHECK (state NOT IN ('in_process', 'done', 'handed_over') OR verified_by IS NOT NULL),
    CHECK ((state = 'handed_over') = (handed_by IS NOT NULL)),
    CHECK ((state IN ('needs_correction', 'constrained', 'rejected')) = (note IS NOT NULL)),
    -- Separation of duties: who verified it cannot approve it.
    CONSTRAINT applications_signed_by_another CHECK (signed_by IS NULL OR signed_by <> verified_by)
);
CREATE INDEX applications_queue ON applications (office, state, since, id);
CREATE INDEX applications_due ON applications (office, due) WHERE due IS NOT NULL;
CREATE INDEX applications_by_account ON applications (account, id) WHERE account IS NOT NULL;
CREATE INDEX applications_by_filer ON applications (filed_by, id) WHERE filed_by IS NOT NULL;
CREATE INDEX applications_by_subject ON applications (subject_index) WHERE subject_index IS NOT NULL;
CREATE INDEX applications_submitted ON applications (office, submitted) WHERE submitted IS NOT NULL;
CREATE INDEX applications_waiting ON applications (cause, since) WHERE state = 'constrained';

-- Nobody, by whatever way, verifies or signs without the role, in another office, or with a credential that was ended.
CREATE FUNCTION applications_verified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verified_by IS NOT NULL AND NEW.verified_by IS DISTINCT FROM OLD.verified_by AND NOT EXISTS (
    SELECT 1 FROM officers WHERE id = NEW.verified_by AND office = NEW.office AND role = 'verifier' AND disabled IS NULL) THEN
        RAISE EXCEPTION 'only a verifier of the office verifies' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_verified BEFORE UPDATE OF verified_by ON applications FOR EACH ROW EXECUTE FUNCTION applications_verified();

CREATE FUNCTION applications_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.signed_by IS NOT NULL AND NEW.signed_by IS DISTINCT FROM OLD.signed_by AND NOT EXISTS (
    SELECT 1 FROM officers WHERE id = NEW.signed_by AND office = NEW.office AND role = 'signer' AND disabled IS NULL) THEN
        RAISE EXCEPTION 'only a signer of the office approves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_signed BEFORE UPDATE OF signed_by ON applications FOR EACH ROW EXECUTE FUNCTION applications_signed();

CREATE FUNCTION applications_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'an application begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_begin BEFORE INSERT ON applications FOR EACH ROW EXECUTE FUNCTION applications_begin();

CREATE FUNCTION applications_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'draft>submitted', 'draft>constrained', 'submitted>under_verification', 'submitted>needs_correction',
    'submitted>constrained', 'submitted>rejected', 'submitted>cancelled', 'under_verification>needs_correction',
    'under_verification>constrained', 'under_verification>in_process', 'under_verification>rejected',
    'needs_correction>submitted', 'needs_correction>constrained', 'needs_correction>cancelled',
    'constrained>submitted', 'constrained>under_verification', 'constrained>in_process', 'constrained>cancelled',
    'in_process>under_verification', 'in_process>constrained', 'in_process>rejected', 'in_process>done',
    'done>handed_over') THEN
        RAISE EXCEPTION 'an application does not go that way' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_steps BEFORE UPDATE OF state ON applications FOR EACH ROW EXECUTE FUNCTION applications_steps();

CREATE TABLE application_events (
    id BYTEA NOT NULL PRIMARY KEY,           -- UUIDv7, so they ascend with time
    application BYTEA NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,                      -- when
    act TEXT COLLATE "C" NOT NULL,           -- what was done
    actor TEXT COLLATE "C" NOT NULL,         -- officer id, citizen or applicant
    state TEXT COLLATE "C" NOT NULL,         -- the state after it
    note BYTEA                               -- sealed: what was said
);
CREATE INDEX application_events_by_application ON application_events (application, id);

-- Running numbers of letters and deeds, by office, series and day.
CREATE TABLE numbers (
    office BYTEA NOT NULL REFERENCES offices (id),
    series TEXT COLLATE "C" NOT NULL,        -- e.g. LU, KM
    day BIGINT NOT NULL,                     -- days since 1970-01-01, in the office's zone
    last BIGINT NOT NULL,                    -- the last number given
    PRIMARY KEY (office, series, day)
);

-- Documents of kinds that a person has once (exclusive) and of kinds that stand for an event each.
ALTER TABLE documents ADD COLUMN exclusive BIGINT NOT NULL DEFAULT 1 CHECK (exclusive IN (0, 1));
ALTER TABLE documents ADD COLUMN number TEXT COLLATE "C"; -- number printed on letters and deeds
ALTER TABLE documents ADD COLUMN application BYTEA; -- what asked for it
DROP INDEX documents_in_force;
CREATE UNIQUE INDEX documents_in_force ON documents (kind, subject)
    WHERE exclusive = 1 AND state IN ('active', 'suspended');
CREATE UNIQUE INDEX documents_by_number ON documents (number, subject) WHERE number IS NOT NULL;
CREATE INDEX documents_by_subject ON documents (subject, kind);

CREATE INDEX audit_by_office ON audit (office, id);

-- SIAK's status dasar: 1 lives here, 2 dead, 3 moved away. Only who lives here is in the family and gets documents.
ALTER TABLE persons ADD COLUMN status_dasar BIGINT NOT NULL DEFAULT 1 CHECK (status_dasar IN (1, 2, 3));

-- What an office sets for itself; defaults where there is no row.
CREATE TABLE office_policies (
    office BYTEA NOT NULL PRIMARY KEY REFERENCES offices (id),
    policy TEXT COLLATE "C" NOT NULL,        -- TOML (src/domain/policy.rs)
    updated BIGINT NOT NULL                  -- when it was stored
);
