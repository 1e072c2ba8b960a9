-- Whoever proposes and whoever approves are people (src/proposals), and mandates of two people for more than cards: many
-- documents ended in a day, and jobs of bulk issuing (src/mandates.rs).

-- A person signs in with password and code; an account with a bearer token is a program's, whoever holds it. They are of
-- the office, the second one of it or of an office for the whole country, in a role that takes part at all.
CREATE TRIGGER proposals_first BEFORE INSERT ON proposals
WHEN NOT (NEW.proposer = 'local' AND NEW.act = 'mandate.bulk') AND NOT EXISTS (
    SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
    WHERE o.id = unhex(replace(NEW.proposer, '-', '')) AND o.office = NEW.office
        AND o.disabled IS NULL AND o.token_hash IS NULL AND l.totp_step IS NOT NULL
        AND (o.role = 'admin' OR (o.role = 'signer' AND NEW.act LIKE 'mandate.%')))
BEGIN SELECT RAISE(ABORT, 'only a person of the office proposes'); END;

CREATE TRIGGER proposals_second BEFORE UPDATE OF approver ON proposals
WHEN NEW.approver IS NOT NULL AND NEW.approver IS NOT OLD.approver AND NEW.approver <> 'local' AND NOT EXISTS (
    SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
    WHERE o.id = unhex(replace(NEW.approver, '-', ''))
        AND (o.office = NEW.office OR EXISTS (SELECT 1 FROM offices f WHERE f.id = o.office AND f.region = ''))
        AND o.disabled IS NULL AND o.token_hash IS NULL AND l.totp_step IS NOT NULL
        AND (o.role = 'admin' OR (o.role = 'signer' AND NEW.act LIKE 'mandate.%')))
BEGIN SELECT RAISE(ABORT, 'only a person of the office approves'); END;

CREATE TRIGGER proposals_about BEFORE UPDATE OF subject ON proposals
WHEN NEW.subject IS NOT OLD.subject
BEGIN SELECT RAISE(ABORT, 'what was proposed and who approved it is never changed'); END;

ALTER TABLE mandates ADD COLUMN act TEXT NOT NULL DEFAULT 'issue' CHECK (act IN ('issue', 'end', 'bulk')); -- leave for what

CREATE TRIGGER mandates_act BEFORE UPDATE OF act ON mandates
WHEN NEW.act <> OLD.act
BEGIN SELECT RAISE(ABORT, 'a mandate is only used up'); END;

-- One of two people is written in the transaction in which the second one approves it, and in no other.
CREATE TRIGGER mandates_agreed BEFORE INSERT ON mandates
WHEN NEW.proposal IS NOT NULL AND NOT EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal
    AND p.act = 'mandate.' || NEW.act AND p.office = NEW.office AND p.state = 'approved')
BEGIN SELECT RAISE(ABORT, 'a mandate takes an approved proposal'); END;

-- Nothing of a job is issued that nobody approved. Its mandate has its id.
CREATE TRIGGER bulk_chunks_agreed BEFORE UPDATE OF state ON bulk_chunks
WHEN NEW.state IN ('leased', 'done') AND OLD.state = 'waiting'
    AND NOT EXISTS (SELECT 1 FROM mandates m WHERE m.id = NEW.job AND m.act = 'bulk')
BEGIN SELECT RAISE(ABORT, 'a job of bulk issuing takes a mandate'); END;

CREATE TRIGGER bulk_chunks_begin BEFORE INSERT ON bulk_chunks
WHEN NEW.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'a chunk begins waiting'); END;

-- Over what a trust list would say of it, under data.key: a key that was only written into the database is never named.
-- Keys from before get theirs with the next trust list that names them (src/trust.rs).
ALTER TABLE keys ADD COLUMN seal BLOB;
