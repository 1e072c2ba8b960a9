//! Documents that are issued together: each in force from the begin with its line in the audit trail and what agencies
//! hear of it, or not stored because somebody has it already.

use super::audit::{self, Entry};
use super::changes::{self, Told};
use super::{Db, Tx, closed_lists, keys, parsed, reservations, trust_lists};
use crate::domain::document::{Document, State};
use crate::domain::ids::{DocumentId, ListId, OfficeId, ReservationId};
use crate::failure::{Failure, Outcome};
use credential::ids::KeyId;
use credential::kinds::InForce;
use sqlx_postgres::PgPool;
use sqlx_sqlite::SqliteConnection;
use std::collections::{BTreeSet, HashSet};

// A row at a time: of a statement that writes several, SQLite checks for each whether anything that refers to documents
// was waiting for it, and walks through these tables to see.
const INSERT: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, status_index, \
    issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) \
    VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
// One statement, which is a transaction: on the way to a server each statement costs as much as several documents.
const KEEP: &str = "WITH given AS MATERIALIZED (SELECT * FROM UNNEST($3::BYTEA[], $4::BIGINT[], $5::BIGINT[], \
    $6::BYTEA[], $7::BIGINT[], $8::BYTEA[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[], $12::BYTEA[], $13::BYTEA[], \
    $14::BIGINT[], $15::BIGINT[], $16::TEXT[], $17::TEXT[], $18::BYTEA[], $19::BIGINT[], $20::TEXT[], $21::TEXT[], \
    $22::BYTEA[], $23::BYTEA[], $24::BYTEA[], $25::TEXT[], $26::BYTEA[], $27::TEXT[]) AS u (id, kind, subject, office, \
    since, list, place, issued, expires, kid, claims, core, exclusive, text, ecc, line, at, actor, action, at_office, \
    salt, hash, detail, change, region)), \
    lists AS MATERIALIZED (SELECT id FROM status_lists WHERE id IN (SELECT list FROM given) AND closed IS NULL \
    FOR KEY SHARE), \
    gate AS MATERIALIZED (SELECT (SELECT MAX(version) FROM trust_lists) IS NOT DISTINCT FROM $1::BIGINT \
    AND (SELECT COUNT(*) FROM keys WHERE kid = ANY($2::BYTEA[]) AND state = 'active' AND stage IS NULL) \
    = CARDINALITY($2::BYTEA[]) \
    AND (SELECT COUNT(*) FROM lists) = (SELECT COUNT(DISTINCT list) FROM given) \
    AND (SELECT COUNT(*) FROM (SELECT 1 FROM reservations WHERE id = ANY($28::BYTEA[]) FOR SHARE) held) \
    = CARDINALITY($28::BYTEA[]) \
    AS open), \
    stored AS (INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, status_index, issued, \
    expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) SELECT id, kind, subject, office, 'active', since, list, \
    place, issued, expires, kid, claims, core, exclusive, text, ecc FROM given WHERE (SELECT open FROM gate) \
    ON CONFLICT DO NOTHING RETURNING id), \
    noted AS (INSERT INTO audit (id, at, actor, action, office, document, salt, content_hash, detail) \
    SELECT line, at, actor, action, at_office, id, salt, hash, detail FROM given JOIN stored USING (id)), \
    told AS (INSERT INTO changes (id, document, turn, kind, region, change, at) \
    SELECT change, id, 1, kind, region, 'issued', issued FROM given JOIN stored USING (id) \
    ON CONFLICT (document, turn) DO NOTHING) \
    SELECT open, ARRAY(SELECT id FROM stored) FROM gate";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT];

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[KEEP];

/// A document that is in force, and what is stored with it.
pub struct Issued<'a> {
    /// The document.
    pub document: &'a Document,
    /// Under which its place was reserved.
    pub reservation: ReservationId,
    /// Its line in the audit trail.
    pub line: Entry<'a>,
    /// What agencies hear of it.
    pub told: Told<'a>,
}

/// Stores documents that were judged under a version of the trust list. Durable when this returns: the ids of those
/// stored. Of the others, somebody has the document of the kind in force already.
///
/// # Errors
/// [`Failure::Changed`] where another trust list is in force, or a key has ended, also one that has just been found
/// compromised, before the trust list says so, or a reservation was given up. Nothing is stored then.
pub async fn keep(
    db: &Db,
    trust: Option<u64>,
    issued: &[Issued<'_>],
) -> Outcome<HashSet<DocumentId>> {
    let mut signed = Vec::with_capacity(issued.len());
    for one in issued {
        match &one.document.state {
            State::Active(by) => signed.push((by.text.as_str(), by.ecc.name())),
            _ => return Err(Failure::Row("documents issued together are in force")),
        }
    }
    let under = Under {
        trust,
        kids: issued.iter().map(|one| one.document.kid.0).collect(),
        reservations: issued.iter().map(|one| one.reservation).collect(),
    };
    match db {
        Db::Postgres(pool) => at_once(pool, under, issued, signed).await,
        Db::Sqlite(_) => one_after_the_other(db, under, issued, signed).await,
    }
}

/// What must still hold when they are stored.
struct Under {
    /// The trust list in force.
    trust: Option<u64>,
    /// Keys that are active.
    kids: BTreeSet<[u8; 8]>,
    /// Reservations that are not given up.
    reservations: BTreeSet<ReservationId>,
}

async fn one_after_the_other(
    db: &Db,
    under: Under,
    issued: &[Issued<'_>],
    signed: Vec<(&str, &str)>,
) -> Outcome<HashSet<DocumentId>> {
    let mut tx = db.begin().await?;
    if trust_lists::version(&mut tx).await? != under.trust {
        return Err(Failure::Changed);
    }
    for id in under.reservations {
        if !reservations::is_open(&mut tx, id).await? {
            return Err(Failure::Changed);
        }
    }
    for kid in under.kids {
        if !keys::is_active(&mut tx, KeyId(kid)).await? {
            return Err(Failure::Changed);
        }
    }
    let lists: BTreeSet<_> = issued
        .iter()
        .map(|one| one.document.place.list.to_vec())
        .collect();
    for list in lists {
        let list = parsed("documents.status_list", ListId::from_bytes(&list))?;
        if !closed_lists::is_open(&mut tx, list).await? {
            return Err(Failure::Changed);
        }
    }
    let Tx::Sqlite(c) = &mut tx else {
        return Err(Failure::Row("the other engine stores at once"));
    };
    let mut stored = HashSet::new();
    for (one, (text, ecc)) in issued.iter().zip(signed) {
        if insert(c, one.document, text, ecc).await? {
            stored.insert(one.document.id);
        }
    }
    let kept = || {
        issued
            .iter()
            .filter(|one| stored.contains(&one.document.id))
    };
    audit::insert_all(c, kept().map(|one| &one.line)).await?;
    changes::insert_all_issued(c, kept().map(|one| &one.told)).await?;
    tx.commit().await?;
    Ok(stored)
}

async fn insert(c: &mut SqliteConnection, d: &Document, text: &str, ecc: &str) -> Outcome<bool> {
    let query = sqlx::query(INSERT)
        .bind(d.id.as_bytes().as_slice())
        .bind(i64::from(d.kind.number))
        .bind(d.subject.0 as i64)
        .bind(d.office.to_vec())
        .bind(d.since)
        .bind(d.place.list.to_vec())
        .bind(i64::from(d.place.index))
        .bind(d.issued)
        .bind(d.expires)
        .bind(d.kid.0.as_slice())
        .bind(d.claims.as_slice())
        .bind(i64::from(d.core_only))
        .bind(exclusive(d))
        .bind(text)
        .bind(ecc);
    Ok(query.execute(c).await?.rows_affected() == 1)
}

fn exclusive(d: &Document) -> i64 {
    i64::from(d.kind.in_force == InForce::One)
}

async fn at_once(
    pool: &PgPool,
    under: Under,
    issued: &[Issued<'_>],
    signed: Vec<(&str, &str)>,
) -> Outcome<HashSet<DocumentId>> {
    /// A column of each document.
    fn each<'i, T>(issued: &'i [Issued<'i>], of: impl Fn(&'i Document) -> T) -> Vec<T> {
        issued.iter().map(|one| of(one.document)).collect()
    }
    /// A column of each line.
    fn line<'i, T>(issued: &'i [Issued<'i>], of: impl Fn(&'i Entry<'i>) -> T) -> Vec<T> {
        issued.iter().map(|one| of(&one.line)).collect()
    }
    let (texts, eccs): (Vec<&str>, Vec<&str>) = signed.into_iter().unzip();
    let trust = parsed(
        "trust_lists.version",
        under.trust.map(i64::try_from).transpose(),
    )?;
    let (open, ids): (bool, Vec<Vec<u8>>) = sqlx::query_as(KEEP)
        .bind(trust)
        .bind(
            under
                .kids
                .iter()
                .map(|kid| kid.to_vec())
                .collect::<Vec<_>>(),
        )
        .bind(each(issued, |d| d.id.to_vec()))
        .bind(each(issued, |d| i64::from(d.kind.number)))
        .bind(each(issued, |d| d.subject.0 as i64))
        .bind(each(issued, |d| d.office.to_vec()))
        .bind(each(issued, |d| d.since))
        .bind(each(issued, |d| d.place.list.to_vec()))
        .bind(each(issued, |d| i64::from(d.place.index)))
        .bind(each(issued, |d| d.issued))
        .bind(each(issued, |d| d.expires))
        .bind(each(issued, |d| d.kid.0.to_vec()))
        .bind(each(issued, |d| d.claims.as_slice()))
        .bind(each(issued, |d| i64::from(d.core_only)))
        .bind(each(issued, exclusive))
        .bind(texts)
        .bind(eccs)
        .bind(line(issued, |l| l.id.to_vec()))
        .bind(line(issued, |l| l.at))
        .bind(line(issued, |l| l.actor.as_str()))
        .bind(line(issued, |l| l.action))
        .bind(line(issued, |l| l.office.map(OfficeId::to_vec)))
        .bind(line(issued, |l| l.content.map(|(salt, _)| salt.to_vec())))
        .bind(line(issued, |l| l.content.map(|(_, hash)| hash.to_vec())))
        .bind(line(issued, |l| l.detail.as_deref()))
        .bind(
            issued
                .iter()
                .map(|one| one.told.id.to_vec())
                .collect::<Vec<_>>(),
        )
        .bind(issued.iter().map(|one| one.told.region).collect::<Vec<_>>())
        .bind(
            under
                .reservations
                .iter()
                .map(|id| id.to_vec())
                .collect::<Vec<_>>(),
        )
        .fetch_one(pool)
        .await?;
    if !open {
        return Err(Failure::Changed);
    }
    let ids = ids.iter().map(|id| DocumentId::from_bytes(id));
    ids.map(|id| parsed("documents.id", id)).collect()
}
