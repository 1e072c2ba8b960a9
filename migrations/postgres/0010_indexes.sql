-- Indexes that plans were found to lack (src/store/plans.rs): deleting a draft looked through all applications and
-- documents for references to it, and the list of what is late was sorted anew for each of its pages.

CREATE INDEX applications_by_previous ON applications (previous) WHERE previous IS NOT NULL;
CREATE INDEX documents_by_application ON documents (application) WHERE application IS NOT NULL;
DROP INDEX applications_due;
CREATE INDEX applications_due ON applications (office, due, id) WHERE due IS NOT NULL;
CREATE INDEX applications_drafts ON applications (since) WHERE state = 'draft';
-- Everything that the figures of an office are reckoned from.
DROP INDEX applications_submitted;
CREATE INDEX applications_submitted ON applications (office, submitted, kind, in_time) WHERE submitted IS NOT NULL;
-- A queue of one kind, which may be rare among thousands of others.
CREATE INDEX applications_queue_of_kind ON applications (office, state, kind, since, id);
-- Letters, which somebody waits for, come before notices; both in their order without sorting what waits.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (due, id) WHERE state IN ('waiting', 'claimed') AND cause <> 'letter';
CREATE INDEX outbox_due_letters ON outbox (due, id) WHERE state IN ('waiting', 'claimed') AND cause = 'letter';
