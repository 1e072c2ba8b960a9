//! Documents that are issued together: each in force from the begin, or not stored because somebody has it already.

use super::{Tx, parsed};
use crate::domain::document::{Document, State};
use crate::domain::ids::DocumentId;
use crate::failure::{Failure, Outcome};
use credential::kinds::InForce;
use sqlx::SqliteConnection;
use std::collections::HashSet;

// A row at a time: of a statement that writes several, SQLite checks for each whether anything that refers to documents
// was waiting for it, and walks through these tables to see.
const INSERT: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, status_index, \
    issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) \
    VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
const INSERT_POSTGRES: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, \
    status_index, issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) \
    SELECT id, kind, subject, office, 'active', since, list, place, issued, expires, kid, claims, core, exclusive, \
    text, ecc FROM UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[], $5::BIGINT[], $6::BYTEA[], \
    $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BYTEA[], $11::BYTEA[], $12::BIGINT[], $13::BIGINT[], $14::TEXT[], \
    $15::TEXT[]) AS u (id, kind, subject, office, since, list, place, issued, expires, kid, claims, core, exclusive, \
    text, ecc) ON CONFLICT DO NOTHING RETURNING id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT];

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[INSERT_POSTGRES];

/// A column of each row.
fn each<'d, T>(documents: &[&'d Document], of: impl Fn(&'d Document) -> T) -> Vec<T> {
    documents.iter().map(|d| of(d)).collect()
}

fn exclusive(d: &Document) -> i64 {
    i64::from(d.kind.in_force == InForce::One)
}

/// The text and the letter of its error correction.
fn signed(d: &Document) -> Outcome<(&str, &str)> {
    match &d.state {
        State::Active(signed) => Ok((&signed.text, signed.ecc.name())),
        _ => Err(Failure::Row("documents issued together are in force")),
    }
}

/// Stores documents that are in force. Returns the ids of those stored; of the others, somebody has the document of the
/// kind in force already.
pub async fn insert(tx: &mut Tx, documents: &[&Document]) -> Outcome<HashSet<DocumentId>> {
    let ds = documents;
    let mut signatures = Vec::with_capacity(ds.len());
    for d in ds {
        signatures.push(signed(d)?);
    }
    let ids: Vec<Vec<u8>> = match tx {
        Tx::Sqlite(c) => {
            let mut stored = HashSet::new();
            for (d, (text, ecc)) in ds.iter().zip(signatures) {
                if one(c, d, text, ecc).await? {
                    stored.insert(d.id);
                }
            }
            return Ok(stored);
        }
        Tx::Postgres(c) => {
            let (texts, eccs): (Vec<&str>, Vec<&str>) = signatures.into_iter().unzip();
            sqlx::query_scalar(INSERT_POSTGRES)
                .bind(each(ds, |d| d.id.to_vec()))
                .bind(each(ds, |d| i64::from(d.kind.number)))
                .bind(each(ds, |d| d.subject.0 as i64))
                .bind(each(ds, |d| d.office.to_vec()))
                .bind(each(ds, |d| d.since))
                .bind(each(ds, |d| d.place.list.to_vec()))
                .bind(each(ds, |d| i64::from(d.place.index)))
                .bind(each(ds, |d| d.issued))
                .bind(each(ds, |d| d.expires))
                .bind(each(ds, |d| d.kid.0.to_vec()))
                .bind(each(ds, |d| d.claims.as_slice()))
                .bind(each(ds, |d| i64::from(d.core_only)))
                .bind(each(ds, exclusive))
                .bind(texts)
                .bind(eccs)
                .fetch_all(&mut **c)
                .await?
        }
    };
    let ids = ids.iter().map(|id| DocumentId::from_bytes(id));
    ids.map(|id| parsed("documents.id", id)).collect()
}

async fn one(c: &mut SqliteConnection, d: &Document, text: &str, ecc: &str) -> Outcome<bool> {
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
