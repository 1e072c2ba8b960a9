//! Names of regions.

use super::{Tx, on};
use crate::failure::Outcome;
use credential::ids::KodeWilayah;

const UPSERT: &str = "INSERT INTO regions (kode, nama, updated) VALUES ($1, $2, $3) \
    ON CONFLICT (kode) DO UPDATE SET nama = excluded.nama, updated = excluded.updated";
const NAME: &str = "SELECT nama FROM regions WHERE kode = $1";
const COUNT: &str = "SELECT COUNT(*) FROM regions";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[UPSERT, NAME, COUNT];

/// Stores a name; a known code takes the new name.
pub async fn upsert(tx: &mut Tx, kode: KodeWilayah, nama: &str, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(UPSERT).bind(kode.digits()).bind(nama).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// The name of a code, given as digits.
pub async fn name(tx: &mut Tx, digits: &str) -> Outcome<Option<String>> {
    Ok(on!(tx, c => sqlx::query_scalar(NAME).bind(digits).fetch_optional(c).await?))
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await?))
}
