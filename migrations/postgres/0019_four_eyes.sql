-- Two people for what one could ruin (src/proposals): what the first asks for, and what the second said. And seals over
-- what makes somebody an officer, so that a right which was only written into the database is none (src/seals.rs).

CREATE TABLE proposals (
    id BYTEA NOT NULL PRIMARY KEY,            -- UUIDv7
    act TEXT NOT NULL,                       -- what is asked for, src/domain/proposal.rs
    office BYTEA NOT NULL REFERENCES offices (id), -- in which office
    subject BYTEA,                            -- whose account it is about, which an officer.add is yet to make
    payload TEXT NOT NULL,                   -- exactly what both saw, canonical JSON
    hash BYTEA NOT NULL UNIQUE,               -- SHA-256 of the payload
    proposer TEXT NOT NULL,                  -- an officer's id, or local
    proposed BIGINT NOT NULL,               -- when
    approver TEXT,                           -- the second person
    approved BIGINT,                        -- when
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'done', 'withdrawn')), -- open for a day only
    part BYTEA,                               -- sealed: the first half of a one-time password, until it is used
    tag BYTEA NOT NULL,                       -- HMAC of the row under data.key: what others wrote is not carried out
    CHECK (approver <> proposer),
    CHECK ((approver IS NULL) = (approved IS NULL)),
    CHECK ((approver IS NULL) = (state IN ('open', 'withdrawn'))),
    CHECK (approved BETWEEN proposed AND proposed + 86400)
);
CREATE INDEX proposals_by_office ON proposals (office, id);
CREATE INDEX proposals_by_subject ON proposals (subject, approved);

CREATE FUNCTION proposals_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a proposal begins open and without a second person' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposals_begin BEFORE INSERT ON proposals FOR EACH ROW
WHEN (NEW.state <> 'open' OR NEW.approver IS NOT NULL)
EXECUTE FUNCTION proposals_begin();

CREATE FUNCTION proposals_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a proposal does not go that way' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposals_steps BEFORE UPDATE OF state ON proposals FOR EACH ROW
WHEN (NEW.state <> OLD.state
    AND (OLD.state || '>' || NEW.state) NOT IN ('open>approved', 'open>withdrawn', 'approved>done'))
EXECUTE FUNCTION proposals_steps();

CREATE FUNCTION proposals_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was proposed and who approved it is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposals_fixed BEFORE UPDATE ON proposals FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.act <> OLD.act OR NEW.office <> OLD.office OR NEW.payload <> OLD.payload
    OR NEW.hash <> OLD.hash OR NEW.proposer <> OLD.proposer OR NEW.proposed <> OLD.proposed
    OR (OLD.approver IS NOT NULL AND (NEW.approver IS DISTINCT FROM OLD.approver OR NEW.approved IS DISTINCT FROM OLD.approved))
    OR (OLD.state <> 'open' AND NEW.state = OLD.state))
EXECUTE FUNCTION proposals_fixed();

CREATE FUNCTION proposals_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a proposal is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER proposals_kept BEFORE DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_kept();
CREATE TRIGGER proposals_emptied BEFORE TRUNCATE ON proposals FOR EACH STATEMENT EXECUTE FUNCTION proposals_kept();

-- Cards that an office may issue without an application, by two people or at the machine (src/mandates.rs).
CREATE TABLE mandates (
    id BYTEA NOT NULL PRIMARY KEY,            -- UUIDv7
    office BYTEA NOT NULL REFERENCES offices (id), -- whose
    cards BIGINT NOT NULL CHECK (cards BETWEEN 1 AND 10000000), -- how many
    used BIGINT NOT NULL CHECK (used BETWEEN 0 AND cards), -- how many are issued, or set aside for issuing
    begins BIGINT NOT NULL,                 -- from when
    ends BIGINT NOT NULL,                   -- until when: a day, longer only at the machine
    proposal BYTEA UNIQUE REFERENCES proposals (id), -- who asked and who approved; none: one person at the machine
    tag BYTEA NOT NULL,                       -- HMAC of all but `used` under data.key
    CHECK (proposal IS NULL OR ends <= begins + 86400)
);
CREATE INDEX mandates_by_office ON mandates (office, ends);

CREATE FUNCTION mandates_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a mandate begins unused' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER mandates_begin BEFORE INSERT ON mandates FOR EACH ROW
WHEN (NEW.used <> 0)
EXECUTE FUNCTION mandates_begin();

CREATE FUNCTION mandates_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a mandate is only used up' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER mandates_fixed BEFORE UPDATE ON mandates FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.office <> OLD.office OR NEW.cards <> OLD.cards OR NEW.begins <> OLD.begins
    OR NEW.ends <> OLD.ends OR NEW.proposal IS DISTINCT FROM OLD.proposal OR NEW.used < OLD.used)
EXECUTE FUNCTION mandates_fixed();

CREATE FUNCTION mandates_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a mandate is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER mandates_kept BEFORE DELETE ON mandates FOR EACH ROW EXECUTE FUNCTION mandates_kept();
CREATE TRIGGER mandates_emptied BEFORE TRUNCATE ON mandates FOR EACH STATEMENT EXECUTE FUNCTION mandates_kept();

-- Seals under data.key. Rows from before are sealed once, with the first program that knows seals; then never again.
ALTER TABLE officers ADD COLUMN seal BYTEA;       -- of id, office, role, token and standing
ALTER TABLE officer_logins ADD COLUMN seal BYTEA; -- of what signs in
ALTER TABLE sessions ADD COLUMN seal BYTEA;       -- of whose it is; an officer's without one is none
ALTER TABLE office_policies ADD COLUMN proposal BYTEA REFERENCES proposals (id); -- what two people agreed on; none: from before
ALTER TABLE data_key ADD COLUMN sealed BYTEA;     -- that the rows from before have their seals

-- A policy is written in the transaction in which the second person approves it, and in no other.
CREATE FUNCTION office_policies_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal AND p.act = 'policy.change'
        AND p.office = NEW.office AND p.state = 'approved')
    THEN
        RAISE EXCEPTION 'a policy takes an approved proposal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER office_policies_agreed BEFORE INSERT OR UPDATE ON office_policies
FOR EACH ROW EXECUTE FUNCTION office_policies_agreed();

CREATE FUNCTION data_key_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the mark of the data key is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER data_key_kept BEFORE DELETE ON data_key FOR EACH ROW EXECUTE FUNCTION data_key_kept();
CREATE TRIGGER data_key_emptied BEFORE TRUNCATE ON data_key FOR EACH STATEMENT EXECUTE FUNCTION data_key_kept();

CREATE FUNCTION data_key_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows are sealed once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER data_key_sealed BEFORE UPDATE OF sealed ON data_key FOR EACH ROW
WHEN (OLD.sealed IS NOT NULL AND NEW.sealed IS DISTINCT FROM OLD.sealed)
EXECUTE FUNCTION data_key_sealed();
