-- Two people for what one could ruin (src/proposals): what the first asks for, and what the second said. And seals over
-- what makes somebody an officer, so that a right which was only written into the database is none (src/seals.rs).

CREATE TABLE proposals (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    act TEXT NOT NULL,                       -- what is asked for, src/domain/proposal.rs
    office BLOB NOT NULL REFERENCES offices (id), -- in which office
    subject BLOB,                            -- whose account it is about, which an officer.add is yet to make
    payload TEXT NOT NULL,                   -- exactly what both saw, canonical JSON
    hash BLOB NOT NULL UNIQUE,               -- SHA-256 of the payload
    proposer TEXT NOT NULL,                  -- an officer's id, or local
    proposed INTEGER NOT NULL,               -- when
    approver TEXT,                           -- the second person
    approved INTEGER,                        -- when
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'done', 'withdrawn')), -- open for a day only
    part BLOB,                               -- sealed: the first half of a one-time password, until it is used
    tag BLOB NOT NULL,                       -- HMAC of the row under data.key: what others wrote is not carried out
    CHECK (approver <> proposer),
    CHECK ((approver IS NULL) = (approved IS NULL)),
    CHECK ((approver IS NULL) = (state IN ('open', 'withdrawn'))),
    CHECK (approved BETWEEN proposed AND proposed + 86400)
);
CREATE INDEX proposals_by_office ON proposals (office, id);
CREATE INDEX proposals_by_subject ON proposals (subject, approved);

CREATE TRIGGER proposals_begin BEFORE INSERT ON proposals
WHEN NEW.state <> 'open' OR NEW.approver IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a proposal begins open and without a second person'); END;

CREATE TRIGGER proposals_steps BEFORE UPDATE OF state ON proposals
WHEN NEW.state <> OLD.state
    AND (OLD.state || '>' || NEW.state) NOT IN ('open>approved', 'open>withdrawn', 'approved>done')
BEGIN SELECT RAISE(ABORT, 'a proposal does not go that way'); END;

CREATE TRIGGER proposals_fixed BEFORE UPDATE ON proposals
WHEN NEW.id <> OLD.id OR NEW.act <> OLD.act OR NEW.office <> OLD.office OR NEW.payload <> OLD.payload
    OR NEW.hash <> OLD.hash OR NEW.proposer <> OLD.proposer OR NEW.proposed <> OLD.proposed
    OR (OLD.approver IS NOT NULL AND (NEW.approver IS NOT OLD.approver OR NEW.approved IS NOT OLD.approved))
    OR (OLD.state <> 'open' AND NEW.state = OLD.state)
BEGIN SELECT RAISE(ABORT, 'what was proposed and who approved it is never changed'); END;

CREATE TRIGGER proposals_kept BEFORE DELETE ON proposals
BEGIN SELECT RAISE(ABORT, 'a proposal is never deleted'); END;

-- Cards that an office may issue without an application, by two people or at the machine (src/mandates.rs).
CREATE TABLE mandates (
    id BLOB NOT NULL PRIMARY KEY,            -- UUIDv7
    office BLOB NOT NULL REFERENCES offices (id), -- whose
    cards INTEGER NOT NULL CHECK (cards BETWEEN 1 AND 10000000), -- how many
    used INTEGER NOT NULL CHECK (used BETWEEN 0 AND cards), -- how many are issued, or set aside for issuing
    begins INTEGER NOT NULL,                 -- from when
    ends INTEGER NOT NULL,                   -- until when: a day, longer only at the machine
    proposal BLOB UNIQUE REFERENCES proposals (id), -- who asked and who approved; none: one person at the machine
    tag BLOB NOT NULL,                       -- HMAC of all but `used` under data.key
    CHECK (proposal IS NULL OR ends <= begins + 86400)
);
CREATE INDEX mandates_by_office ON mandates (office, ends);

CREATE TRIGGER mandates_begin BEFORE INSERT ON mandates
WHEN NEW.used <> 0
BEGIN SELECT RAISE(ABORT, 'a mandate begins unused'); END;

CREATE TRIGGER mandates_fixed BEFORE UPDATE ON mandates
WHEN NEW.id <> OLD.id OR NEW.office <> OLD.office OR NEW.cards <> OLD.cards OR NEW.begins <> OLD.begins
    OR NEW.ends <> OLD.ends OR NEW.proposal IS NOT OLD.proposal OR NEW.used < OLD.used
BEGIN SELECT RAISE(ABORT, 'a mandate is only used up'); END;

CREATE TRIGGER mandates_kept BEFORE DELETE ON mandates
BEGIN SELECT RAISE(ABORT, 'a mandate is never deleted'); END;

-- Seals under data.key. Rows from before are sealed once, with the first program that knows seals; then never again.
ALTER TABLE officers ADD COLUMN seal BLOB;       -- of id, office, role, token and standing
ALTER TABLE officer_logins ADD COLUMN seal BLOB; -- of what signs in
ALTER TABLE sessions ADD COLUMN seal BLOB;       -- of whose it is; an officer's without one is none
ALTER TABLE office_policies ADD COLUMN proposal BLOB REFERENCES proposals (id); -- what two people agreed on; none: from before
ALTER TABLE data_key ADD COLUMN sealed BLOB;     -- that the rows from before have their seals

-- A policy is written in the transaction in which the second person approves it, and in no other.
CREATE TRIGGER office_policies_new BEFORE INSERT ON office_policies
WHEN NOT EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal AND p.act = 'policy.change'
    AND p.office = NEW.office AND p.state = 'approved')
BEGIN SELECT RAISE(ABORT, 'a policy takes an approved proposal'); END;

CREATE TRIGGER office_policies_changed BEFORE UPDATE ON office_policies
WHEN NOT EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal AND p.act = 'policy.change'
    AND p.office = NEW.office AND p.state = 'approved')
BEGIN SELECT RAISE(ABORT, 'a policy takes an approved proposal'); END;

CREATE TRIGGER data_key_kept BEFORE DELETE ON data_key
BEGIN SELECT RAISE(ABORT, 'the mark of the data key is never deleted'); END;

CREATE TRIGGER data_key_sealed BEFORE UPDATE OF sealed ON data_key
WHEN OLD.sealed IS NOT NULL AND NEW.sealed IS NOT OLD.sealed
BEGIN SELECT RAISE(ABORT, 'rows are sealed once'); END;
