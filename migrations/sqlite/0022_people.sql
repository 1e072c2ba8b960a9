-- Whoever proposes and whoever approves are people (src/proposals), and mandates of two people for more than cards: many
-- documents ended in a day, and jobs of bulk issuing (src/mandates.rs).

-- A person signs in with password and code; an account with a bearer token is a program's, whoever holds it. They are of
-- the office, the second one of it or of an office for the whole country, in a role that takes part at all.
-- Their id is written in one way only: another spelling of it would make two of one.
CREATE TRIGGER proposals_first BEFORE INSERT ON proposals
WHEN NOT (NEW.proposer = 'local' AND NEW.act = 'mandate.bulk') AND NOT EXISTS (
    SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
    WHERE o.id = unhex(replace(NEW.proposer, '-', '')) AND NEW.proposer = lower(substr(hex(o.id), 1, 8) || '-' || substr(hex(o.id), 9, 4) || '-' || substr(hex(o.id), 13, 4)
            || '-' || substr(hex(o.id), 17, 4) || '-' || substr(hex(o.id), 21))
        AND o.office = NEW.office
        AND o.disabled IS NULL AND o.token_hash IS NULL AND l.totp_step IS NOT NULL
        AND (o.role = 'admin' OR (o.role = 'signer' AND NEW.act LIKE 'mandate.%')))
BEGIN SELECT RAISE(ABORT, 'only a person of the office proposes'); END;

CREATE TRIGGER proposals_second BEFORE UPDATE OF approver ON proposals
WHEN NEW.approver IS NOT NULL AND NEW.approver IS NOT OLD.approver AND NEW.approver <> 'local' AND NOT EXISTS (
    SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
    WHERE o.id = unhex(replace(NEW.approver, '-', '')) AND NEW.approver = lower(substr(hex(o.id), 1, 8) || '-' || substr(hex(o.id), 9, 4) || '-' || substr(hex(o.id), 13, 4)
            || '-' || substr(hex(o.id), 17, 4) || '-' || substr(hex(o.id), 21))
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
WHEN NEW.state IN ('leased', 'done')
    AND NOT EXISTS (SELECT 1 FROM mandates m WHERE m.id = NEW.job AND m.act = 'bulk')
BEGIN SELECT RAISE(ABORT, 'a job of bulk issuing takes a mandate'); END;

CREATE TRIGGER bulk_chunks_begin BEFORE INSERT ON bulk_chunks
WHEN NEW.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'a chunk begins waiting'); END;

-- What a job is, and what its chunks are, was approved: neither changes.
CREATE TRIGGER bulk_jobs_fixed BEFORE UPDATE ON bulk_jobs
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.region <> OLD.region OR NEW.supersede <> OLD.supersede
    OR NEW.created <> OLD.created OR NEW.kid IS NOT OLD.kid
    OR ((NEW.persons <> OLD.persons OR NEW.outside <> OLD.outside)
        AND EXISTS (SELECT 1 FROM mandates m WHERE m.id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'what was planned is never changed'); END;

CREATE TRIGGER bulk_chunks_fixed BEFORE UPDATE OF job, number, office, from_region, from_nik, to_region, to_nik, persons,
    from_id, to_id ON bulk_chunks
WHEN NEW.job <> OLD.job OR NEW.number <> OLD.number OR NEW.office <> OLD.office OR NEW.from_region <> OLD.from_region
    OR NEW.from_nik <> OLD.from_nik OR NEW.to_region <> OLD.to_region OR NEW.to_nik <> OLD.to_nik
    OR NEW.persons <> OLD.persons OR NEW.from_id IS NOT OLD.from_id OR NEW.to_id IS NOT OLD.to_id
BEGIN SELECT RAISE(ABORT, 'what was planned is never changed'); END;

-- The second condition: REPLACE deletes without asking the trigger below.
CREATE TRIGGER bulk_chunks_planned BEFORE INSERT ON bulk_chunks
WHEN EXISTS (SELECT 1 FROM mandates m WHERE m.id = NEW.job)
    OR EXISTS (SELECT 1 FROM bulk_chunks c WHERE c.job = NEW.job AND c.number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a job that was approved gets no more chunks'); END;

CREATE TRIGGER bulk_chunks_kept BEFORE DELETE ON bulk_chunks
BEGIN SELECT RAISE(ABORT, 'a chunk is never deleted'); END;

-- Over what a trust list would say of it, under data.key: a key that was only written into the database is never named.
-- Keys from before get theirs together with the officers from before, once (src/seals.rs).
ALTER TABLE keys ADD COLUMN seal BLOB;
