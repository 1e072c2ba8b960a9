-- Whoever proposes and whoever approves are people (src/proposals), and mandates of two people for more than cards: many
-- documents ended in a day, and jobs of bulk issuing (src/mandates.rs).

-- A person signs in with password and code; an account with a bearer token is a program's, whoever holds it. They are of
-- the office, the second one of it or of an office for the whole country, in a role that takes part at all.
-- Their id is written in one way only: another spelling of it would make two of one.
CREATE FUNCTION proposals_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (NEW.proposer = 'local' AND NEW.act = 'mandate.bulk') AND NOT EXISTS (
        SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
        WHERE regexp_replace(encode(o.id, 'hex'), '^(.{8})(.{4})(.{4})(.{4})', '\1-\2-\3-\4-') = NEW.proposer
            AND o.office = NEW.office
            AND o.disabled IS NULL AND o.token_hash IS NULL AND l.totp_step IS NOT NULL
            AND (o.role = 'admin' OR (o.role = 'signer' AND NEW.act LIKE 'mandate.%')))
    THEN
        RAISE EXCEPTION 'only a person of the office proposes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_first BEFORE INSERT ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_first();

CREATE FUNCTION proposals_second() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approver IS NOT NULL AND NEW.approver IS DISTINCT FROM OLD.approver AND NEW.approver <> 'local' AND NOT EXISTS (
        SELECT 1 FROM officers o JOIN officer_logins l ON l.officer = o.id
        WHERE regexp_replace(encode(o.id, 'hex'), '^(.{8})(.{4})(.{4})(.{4})', '\1-\2-\3-\4-') = NEW.approver
            AND (o.office = NEW.office OR EXISTS (SELECT 1 FROM offices f WHERE f.id = o.office AND f.region = ''))
            AND o.disabled IS NULL AND o.token_hash IS NULL AND l.totp_step IS NOT NULL
            AND (o.role = 'admin' OR (o.role = 'signer' AND NEW.act LIKE 'mandate.%')))
    THEN
        RAISE EXCEPTION 'only a person of the office approves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_second BEFORE UPDATE OF approver ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_second();

CREATE TRIGGER proposals_about BEFORE UPDATE OF subject ON proposals FOR EACH ROW
WHEN (NEW.subject IS DISTINCT FROM OLD.subject)
EXECUTE FUNCTION proposals_fixed();

ALTER TABLE mandates ADD COLUMN act TEXT NOT NULL DEFAULT 'issue' CHECK (act IN ('issue', 'end', 'bulk')); -- leave for what

CREATE TRIGGER mandates_act BEFORE UPDATE OF act ON mandates FOR EACH ROW
WHEN (NEW.act <> OLD.act)
EXECUTE FUNCTION mandates_fixed();

-- One of two people is written in the transaction in which the second one approves it, and in no other.
CREATE FUNCTION mandates_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal IS NOT NULL AND NOT EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal
        AND p.act = 'mandate.' || NEW.act AND p.office = NEW.office AND p.state = 'approved')
    THEN
        RAISE EXCEPTION 'a mandate takes an approved proposal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandates_agreed BEFORE INSERT ON mandates FOR EACH ROW EXECUTE FUNCTION mandates_agreed();

-- Nothing of a job is issued that nobody approved. Its mandate has its id.
CREATE FUNCTION bulk_chunks_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM mandates m WHERE m.id = NEW.job AND m.act = 'bulk') THEN
        RAISE EXCEPTION 'a job of bulk issuing takes a mandate' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bulk_chunks_agreed BEFORE UPDATE OF state ON bulk_chunks FOR EACH ROW
WHEN (NEW.state IN ('leased', 'done'))
EXECUTE FUNCTION bulk_chunks_agreed();

CREATE FUNCTION bulk_chunks_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a chunk begins waiting' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER bulk_chunks_begin BEFORE INSERT ON bulk_chunks FOR EACH ROW
WHEN (NEW.state <> 'waiting')
EXECUTE FUNCTION bulk_chunks_begin();

-- What a job is, and what its chunks are, was approved: neither changes.
CREATE FUNCTION bulk_jobs_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.region <> OLD.region OR NEW.supersede <> OLD.supersede
        OR NEW.created <> OLD.created OR NEW.kid IS DISTINCT FROM OLD.kid
        OR ((NEW.persons <> OLD.persons OR NEW.outside <> OLD.outside)
            AND EXISTS (SELECT 1 FROM mandates m WHERE m.id = OLD.id))
    THEN
        RAISE EXCEPTION 'what was planned is never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bulk_jobs_fixed BEFORE UPDATE ON bulk_jobs FOR EACH ROW EXECUTE FUNCTION bulk_jobs_fixed();

CREATE FUNCTION bulk_chunks_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was planned is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER bulk_chunks_fixed BEFORE UPDATE OF job, number, office, from_region, from_nik, to_region, to_nik, persons,
    from_id, to_id ON bulk_chunks FOR EACH ROW
WHEN (NEW.job <> OLD.job OR NEW.number <> OLD.number OR NEW.office <> OLD.office OR NEW.from_region <> OLD.from_region
    OR NEW.from_nik <> OLD.from_nik OR NEW.to_region <> OLD.to_region OR NEW.to_nik <> OLD.to_nik
    OR NEW.persons <> OLD.persons OR NEW.from_id IS DISTINCT FROM OLD.from_id OR NEW.to_id IS DISTINCT FROM OLD.to_id)
EXECUTE FUNCTION bulk_chunks_fixed();

CREATE FUNCTION bulk_chunks_planned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM mandates m WHERE m.id = NEW.job) THEN
        RAISE EXCEPTION 'a job that was approved gets no more chunks' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bulk_chunks_planned BEFORE INSERT ON bulk_chunks FOR EACH ROW EXECUTE FUNCTION bulk_chunks_planned();

CREATE FUNCTION bulk_chunks_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a chunk is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER bulk_chunks_kept BEFORE DELETE ON bulk_chunks FOR EACH ROW EXECUTE FUNCTION bulk_chunks_kept();
CREATE TRIGGER bulk_chunks_emptied BEFORE TRUNCATE ON bulk_chunks FOR EACH STATEMENT EXECUTE FUNCTION bulk_chunks_kept();

-- Over what a trust list would say of it, under data.key: a key that was only written into the database is never named.
-- Keys from before get theirs together with the officers from before, once (src/seals.rs).
ALTER TABLE keys ADD COLUMN seal BYTEA;
