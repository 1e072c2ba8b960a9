-- What nobody takes back, by whatever way they write to the database: the audit trail is only written on, and a document
-- goes the ways of its life alone (src/domain/document.rs). Nothing here needs the audit trail to be cut: its lines are
-- kept for good. Whoever owns the database can drop these; they stop a mistake and a stolen connection of the service.

-- In the order in which issuing and revoking take them, so that the version before, which goes on meanwhile, waits and is
-- never refused; and not for long behind a chunk of a bulk job, with everybody else behind this.
SET LOCAL lock_timeout = '5s';
LOCK TABLE documents, audit IN SHARE ROW EXCLUSIVE MODE;

CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of the audit trail is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept();
CREATE TRIGGER audit_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_kept();

CREATE FUNCTION audit_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of the audit trail is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_fixed();

CREATE FUNCTION documents_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document does not go that way' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_steps BEFORE UPDATE OF state ON documents FOR EACH ROW
WHEN (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'issuing>active', 'issuing>void', 'active>suspended', 'active>revoked', 'active>superseded',
    'suspended>active', 'suspended>revoked', 'suspended>superseded'))
EXECUTE FUNCTION documents_steps();

-- A status list says of a place what the document with that place is; without the document it says valid.
CREATE FUNCTION documents_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document is never deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_kept BEFORE DELETE ON documents FOR EACH ROW EXECUTE FUNCTION documents_kept();
CREATE TRIGGER documents_emptied BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION documents_kept();

CREATE FUNCTION documents_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document keeps its place in the status list' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_placed BEFORE UPDATE OF status_list, status_index ON documents FOR EACH ROW
WHEN (NEW.status_list <> OLD.status_list OR NEW.status_index <> OLD.status_index)
EXECUTE FUNCTION documents_placed();
