//! Documents that are issued together: each in force from the begin, or not stored because somebody has it already.

use super::{Tx, hex, parsed};
use crate::domain::document::{Document, State};
use crate::domain::ids::DocumentId;
use crate::failure::{Failure, Outcome};
use credential::kinds::InForce;
use serde::Serialize;
use std::collections::HashSet;

const INSERT_SQLITE: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, \
    status_index, issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) \
    SELECT unhex(value ->> 0), value ->> 1, value ->> 2, unhex(value ->> 3), 'active', value ->> 4, unhex(value ->> 5), \
    value ->> 6, value ->> 7, value ->> 8, unhex(value ->> 9), unhex(value ->> 10), value ->> 11, value ->> 12, \
    value ->> 13, value ->> 14 FROM json_each($1) WHERE TRUE ON CONFLICT DO NOTHING RETURNING id";
const INSERT_POSTGRES: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, \
    status_index, issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc) \
    SELECT id, kind, subject, office, 'active', since, list, place, issued, expires, kid, claims, core, exclusive, \
    text, ecc FROM UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[], $5::BIGINT[], $6::BYTEA[], \
    $7::BIGINT[], $8::BIGINT[], $9::BIGINT[], $10::BYTEA[], $11::BYTEA[], $12::BIGINT[], $13::BIGINT[], $14::TEXT[], \
    $15::TEXT[]) AS u (id, kind, subject, office, since, list, place, issued, expires, kid, claims, core, exclusive, \
    text, ecc) ON CONFLICT DO NOTHING RETURNING id";

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[INSERT_SQLITE];
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
            let rows: Vec<_> = ds.iter().zip(signatures).map(row).collect();
            let rows = super::json(&rows)?;
            let query = sqlx::query_scalar(INSERT_SQLITE).bind(rows);
            query.fetch_all(&mut **c).await?
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

/// A document as SQLite takes it out of JSON.
fn row<'d>((d, (text, ecc)): (&&'d Document, (&'d str, &'d str))) -> impl Serialize + use<'d> {
    (
        hex(d.id.as_bytes()),
        d.kind.number,
        d.subject.0,
        hex(&d.office.to_vec()),
        d.since,
        hex(&d.place.list.to_vec()),
        d.place.index,
        d.issued,
        d.expires,
        hex(&d.kid.0),
        hex(&d.claims),
        u8::from(d.core_only),
        exclusive(d),
        text,
        ecc,
    )
}
