-- What is held of one person is found by indexes (src/person): activations that were used or cancelled, and lines of the
-- audit trail about phones and exports, whose salts are forgotten with the person.
CREATE INDEX activations_by_subject ON activations (subject_index);
CREATE INDEX audit_of_people ON audit (actor, id) WHERE action IN ('person.export', 'wallet.intend', 'wallet.issue');
