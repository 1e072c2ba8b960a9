-- What nobody takes back, by whatever way they write to the database: the audit trail is only written on, and a document
-- goes the ways of its life alone (src/domain/document.rs). Nothing here needs the audit trail to be cut: its lines are
-- kept for good. Whoever owns the database can drop these; they stop a mistake and a stolen connection of the service.

CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never deleted'); END;

CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never changed'); END;

CREATE TRIGGER documents_steps BEFORE UPDATE OF state ON documents
WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'issuing>active', 'issuing>void', 'active>suspended', 'active>revoked', 'active>superseded',
    'suspended>active', 'suspended>revoked', 'suspended>superseded')
BEGIN SELECT RAISE(ABORT, 'a document does not go that way'); END;

-- A status list says of a place what the document with that place is; without the document it says valid.
CREATE TRIGGER documents_kept BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'a document is never deleted'); END;

CREATE TRIGGER documents_placed BEFORE UPDATE OF status_list, status_index ON documents
WHEN NEW.status_list <> OLD.status_list OR NEW.status_index <> OLD.status_index
BEGIN SELECT RAISE(ABORT, 'a document keeps its place in the status list'); END;
