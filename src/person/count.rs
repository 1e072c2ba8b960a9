//! How many rows of a person the tables have, before and after an erasure.

use super::Held;
use crate::failure::Outcome;
use crate::retention::TABLES;
use crate::service::Service;
use crate::store::Tx;
use crate::store::person::{self as rows, SELECTIONS};
use std::collections::BTreeMap;

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Which table.
    pub table: &'static str,
    /// Rows that are gone, or are nobody's any more.
    pub gone: u64,
    /// Rows that stay and lost what they said.
    pub emptied: u64,
    /// Rows that stay, with those.
    pub stay: u64,
}

/// Rows of the person in each table.
pub(super) async fn count(
    service: &Service,
    tx: &mut Tx,
    held: &Held,
) -> Outcome<BTreeMap<&'static str, u64>> {
    let mut counts = BTreeMap::new();
    for (table, by, sql) in SELECTIONS {
        for key in held.keys(service, *by) {
            let found = rows::rows(tx, sql, &key).await?;
            let theirs = found.iter().filter(|row| held.owns(table, *by, row));
            *counts.entry(*table).or_default() += theirs.count() as u64;
        }
    }
    Ok(counts)
}

/// What became of the rows of each table that had some.
pub(super) fn counted(
    before: &BTreeMap<&'static str, u64>,
    after: &BTreeMap<&'static str, u64>,
    emptied: &BTreeMap<&'static str, u64>,
) -> Vec<Counted> {
    let of = |map: &BTreeMap<&'static str, u64>, table| map.get(table).copied().unwrap_or_default();
    let counted = TABLES.iter().map(|table| {
        let stay = of(after, table.name);
        Counted {
            table: table.name,
            gone: of(before, table.name).saturating_sub(stay),
            emptied: of(emptied, table.name),
            stay,
        }
    });
    counted
        .filter(|c| c.gone + c.emptied + c.stay > 0)
        .collect()
}
