//! Importing people: good rows are kept, bad rows are told with line, column and rule, never with their content.

pub mod columns;
pub mod lines;

use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::persons::{self, Stored};
use crate::store::{Tx, regions};
use columns::{Draft, Names};
use credential::ids::KodeWilayah;
use std::collections::HashMap;

/// Rows written in one transaction.
pub const BATCH: usize = 1000;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column, or empty where it is the whole line.
    pub column: String,
    /// The rule it breaks; never the value.
    pub reason: String,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// New rows.
    pub inserted: u64,
    /// Rows whose key was known; they say now what the file says.
    pub updated: u64,
    /// Rows that this service had not written and that are replaced.
    pub replaced: u64,
    /// Rows that were not taken.
    pub rejected: u64,
}

/// Stores people from drafts, a thousand to a transaction.
///
/// `anew` replaces rows of the register that this service did not write; without it they are not taken.
/// `bad` is told of every row that is not taken, `done` of the line reached after each batch.
pub async fn persons<I>(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    rows: I,
    anew: bool,
    bad: &mut dyn FnMut(BadRow),
    done: &mut dyn FnMut(u64),
) -> Outcome<Summary>
where
    I: Iterator<Item = Result<(u64, Draft), BadRow>>,
{
    let mut summary = Summary::default();
    let mut rows = rows.peekable();
    let mut names = RegionNames::default();
    while rows.peek().is_some() {
        let mut tx = service.db.begin().await?;
        let now = service.clock.now();
        let (mut batch, mut last) = (Summary::default(), 0);
        for row in rows.by_ref().take(BATCH) {
            let person = match row {
                Ok((line, draft)) => {
                    last = line;
                    complete(service, &mut tx, &mut names, line, draft).await?
                }
                Err(row) => Err(row),
            };
            match person {
                Ok(person) => {
                    let register = service.register();
                    match persons::upsert(&mut tx, &register, &person, now, anew).await {
                        Ok(Stored::Inserted) => batch.inserted += 1,
                        Ok(Stored::Updated) => batch.updated += 1,
                        Ok(Stored::Replaced) => batch.replaced += 1,
                        Err(Failure::Altered(_)) => {
                            batch.rejected += 1;
                            bad(altered(last));
                        }
                        Err(failure) => return Err(failure),
                    }
                }
                Err(row) => {
                    last = row.line;
                    batch.rejected += 1;
                    bad(row);
                }
            }
        }
        let act = Act {
            detail: Some(format!(
                "{} new, {} updated, {} replaced, {} rejected",
                batch.inserted, batch.updated, batch.replaced, batch.rejected
            )),
            ..Act::new("import.persons")
        };
        record(&mut tx, &service.clock, chance, actor, act).await?;
        tx.commit().await?;
        summary.inserted += batch.inserted;
        summary.updated += batch.updated;
        summary.replaced += batch.replaced;
        summary.rejected += batch.rejected;
        done(last);
    }
    Ok(summary)
}

fn altered(line: u64) -> BadRow {
    BadRow {
        line,
        column: String::new(),
        reason: "the register's row of that NIK was not written by this service; find out what happened, then \
            --replace-altered"
            .into(),
    }
}

/// Fills in the names of regions that the row leaves out.
async fn complete(
    service: &Service,
    tx: &mut Tx,
    names: &mut RegionNames,
    line: u64,
    draft: Draft,
) -> Outcome<Result<Person, BadRow>> {
    let known = match draft.needs_names() {
        Some(kode) => match names.of(service, tx, kode).await {
            Err(Failure::Altered(_)) => {
                let reason =
                    "the name of its region was not written by this service: `ikd import regions`";
                return Ok(Err(BadRow {
                    line,
                    column: columns::REGION.into(),
                    reason: reason.into(),
                }));
            }
            known => known?,
        },
        None => Names::default(),
    };
    Ok(draft.complete(known).map_err(|(column, reason)| BadRow {
        line,
        column,
        reason,
    }))
}

/// Names by kelurahan, so that a village is looked up once and not for each of its people.
#[derive(Default)]
struct RegionNames(HashMap<KodeWilayah, Names>);

impl RegionNames {
    async fn of(&mut self, service: &Service, tx: &mut Tx, kode: KodeWilayah) -> Outcome<Names> {
        if let Some(names) = self.0.get(&kode) {
            return Ok(names.clone());
        }
        let digits = kode.digits();
        let mut level = [None, None, None, None];
        for (name, length) in level.iter_mut().zip([2, 4, 6, 10]) {
            if let Some(prefix) = digits.get(..length) {
                *name = regions::name(tx, &service.register(), prefix).await?;
            }
        }
        let [provinsi, kabupaten, kecamatan, kelurahan] = level;
        let names = Names {
            provinsi,
            kabupaten,
            kecamatan,
            kelurahan,
        };
        // The country has 84,000 villages; a file of all of them must not fill the memory.
        if self.0.len() >= 10_000 {
            self.0.clear();
        }
        self.0.insert(kode, names.clone());
        Ok(names)
    }
}
