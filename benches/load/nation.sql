-- Fills a database of one office's demonstration up to a nation's: `times` times as many people and everything that
-- hangs on applications, in 512 other offices and, one row in `share`, in the office that is measured.
--
--   psql -v times=100 -v share=33 -f benches/load/nation.sql ADDRESS
--
-- What is sealed cannot be opened where it is copied to, so the rows of the measured office stand where its pages do not
-- read them: later in queues of open work, earlier in the archive. Counts, figures and indexes see them all. Its own
-- sessions and everything that the pages open are the rows of the demonstration.
-- The rows break no rule of the tables, but no use case made them: `ikd audit verify` would object.

\set ON_ERROR_STOP on
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

\ir offices.sql
CREATE TEMPORARY TABLE own AS SELECT id AS office, region FROM offices WHERE iss = 'ID.3273';

\echo people
CREATE TEMPORARY TABLE places AS
    WITH more AS (SELECT COUNT(*) * (:times - 1) AS people FROM persons)
    SELECT region, '71' AS kecamatan, more.people * (:share - 1) / :share / 512 AS people FROM nation, more
    UNION ALL SELECT own.region, '71', more.people / :share FROM own, more;
\ir people.sql

-- Each application that is there, and each of its copies: where it goes and how much earlier it happened.
CREATE TEMPORARY TABLE copies AS
SELECT a.id AS old, copy, kept.own, at.shift,
    CASE WHEN kept.own THEN a.office ELSE nation.office END AS office,
    -- Ids are UUIDv7: the time, then chance.
    decode(lpad(to_hex((a.created + at.shift) * 1000 + (hash.n & 1023)), 12, '0') || '7' || substr(hash.hex, 1, 3)
        || '8' || substr(hash.hex, 5, 15), 'hex') AS id,
    decode(lpad(to_hex((a.created + at.shift) * 1000 + (hash.n & 1023)), 12, '0') || '7' || substr(md5(hash.hex), 1, 3)
        || '8' || substr(md5(hash.hex), 5, 15), 'hex') AS document,
    hash.hex
FROM applications AS a
CROSS JOIN generate_series(1, :times - 1) AS copy
CROSS JOIN LATERAL (SELECT md5(encode(a.id, 'hex') || copy)) AS m (hex)
CROSS JOIN LATERAL (SELECT m.hex, ('x' || substr(m.hex, 1, 7))::bit(28)::int AS n) AS hash
CROSS JOIN LATERAL (SELECT hash.n % :share = 0 AS own) AS kept
JOIN nation ON nation.place = hash.n / 64 % 512
CROSS JOIN LATERAL (SELECT CASE
    WHEN kept.own AND a.state NOT IN ('done', 'handed_over', 'rejected', 'cancelled') THEN 3600
    WHEN a.state = 'draft' THEN -(hash.n % (20 * 86400))
    ELSE -86400 - hash.n % (300 * 86400) END AS shift) AS at;
CREATE INDEX ON copies (old);
ANALYZE copies;

\echo applications
INSERT INTO applications (id, office, kind, filer, account, filed_by, created, state, since, registration, submitted,
    code_hash, due, remaining, in_time, late, officer, verified_by, signed_by, cause, resume, note, document, handed_by,
    handed_how, originals_checked, old_card_withdrawn, subject_index, people, answers, version)
SELECT c.id, c.office, a.kind, a.filer, CASE WHEN a.account IS NOT NULL THEN decode(md5(c.hex), 'hex') END, a.filed_by,
    a.created + shift, a.state, a.since + shift, CASE WHEN a.registration IS NOT NULL THEN upper(substr(hex, 1, 16)) END,
    a.submitted + shift, a.code_hash, a.due + shift, a.remaining, a.in_time, a.late, a.officer, a.verified_by,
    a.signed_by, a.cause, a.resume, a.note, CASE WHEN a.document IS NOT NULL THEN c.document END, a.handed_by, a.handed_how,
    a.originals_checked, a.old_card_withdrawn, CASE WHEN a.subject_index IS NOT NULL THEN decode(hex || md5(hex), 'hex') END,
    a.people, a.answers, a.version
FROM copies AS c JOIN applications AS a ON a.id = c.old;

\echo their events, attachments, notices
INSERT INTO application_events (id, application, at, act, actor, state, note)
SELECT overlay(decode(md5(encode(e.id, 'hex') || copy), 'hex') PLACING substr(c.id, 1, 6) FROM 1), c.id, at + shift, act, actor,
    state, note
FROM copies AS c JOIN application_events AS e ON e.application = c.old;
INSERT INTO attachments (id, application, slug, media_type, size, hash, created)
SELECT overlay(decode(md5(encode(t.id, 'hex') || copy), 'hex') PLACING substr(c.id, 1, 6) FROM 1), c.id, slug, media_type, size, hash,
    created + shift
FROM copies AS c JOIN attachments AS t ON t.application = c.old;
INSERT INTO outbox (id, cause, lane, turn, application, office, stage, created, state, due, tries)
SELECT overlay(decode(md5(encode(o.id, 'hex') || copy), 'hex') PLACING substr(c.id, 1, 6) FROM 1), cause, c.id, turn, c.id, c.office,
    stage, created, state, due, tries
FROM copies AS c JOIN outbox AS o ON o.application = c.old WHERE o.state IN ('delivered', 'dropped');

\echo documents and their changes
CREATE TEMPORARY TABLE more_documents AS
SELECT d.*, c.document AS new, c.office AS new_office, c.hex, c.shift, row_number() OVER () AS n,
    -- No list of the service's: beyond the places that its own list has.
    CASE WHEN c.own THEN d.status_list ELSE c.office END AS new_list
FROM copies AS c JOIN documents AS d ON d.application = c.old WHERE d.state = 'active';
INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, status_index, issued, expires, kid, claims,
    core_only, qr_text, qr_ecc, exclusive, number, application)
SELECT new, kind, 9900000000000000 + n, new_office, state, state_since + shift, new_list, 10000000 + n, issued + shift, expires, kid, claims,
    core_only, qr_text, qr_ecc, exclusive, number, application
FROM more_documents;
INSERT INTO status_indexes (status_list, status_index, document) SELECT new_list, 10000000 + n, new FROM more_documents;
INSERT INTO changes (id, number, document, turn, kind, region, change, at)
SELECT overlay(decode(md5(hex || n), 'hex') PLACING substr(new, 1, 6) FROM 1), last + n, new, 1, kind, '1101711001', 'issued', issued FROM more_documents, change_numbers;
UPDATE change_numbers SET last = last + (SELECT COUNT(*) FROM more_documents);

\echo accounts
INSERT INTO accounts (id, nik_index, nik, contact_index, contact, created, changed)
SELECT decode(md5(encode(id, 'hex') || copy), 'hex'), decode(md5(encode(nik_index, 'hex') || copy), 'hex'), nik,
    decode(md5(encode(contact_index, 'hex') || copy), 'hex'), contact, created, changed
FROM accounts, generate_series(1, :times - 1) AS copy;

\echo audit trail
INSERT INTO audit (id, at, actor, action, office, document, salt, content_hash, detail)
SELECT decode(lpad(to_hex((at - back) * 1000 + hash % 1000), 12, '0') || '7' || substr(hex, 1, 3) || '8' || substr(hex, 5, 15), 'hex'),
    at - back, actor, action, CASE WHEN hash % :share = 0 THEN audit.office ELSE nation.office END,
    CASE WHEN document IS NOT NULL THEN decode(md5(hex), 'hex') END, salt, content_hash, detail
FROM audit
CROSS JOIN generate_series(1, :times - 1) AS copy
CROSS JOIN LATERAL (SELECT md5(encode(id, 'hex') || copy)) AS m (hex)
CROSS JOIN LATERAL (SELECT ('x' || substr(m.hex, 1, 7))::bit(28)::int AS hash) AS h
CROSS JOIN LATERAL (SELECT 86400 + hash % (300 * 86400) AS back) AS b
JOIN nation ON nation.place = hash / 64 % 512;

\echo statistics for the planner
ANALYZE;
