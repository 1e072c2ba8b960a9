//! Cutting a population into chunks, each for one office.

use crate::chance::Chance;
use crate::domain::ids::{JobId, OfficeId, ProposalId, RegionPrefix};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::issue::is_from_register;
use crate::mandates;
use crate::proposals;
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::bulk_chunks::{self, Mark, Planned as NewChunk, Range};
use crate::store::bulk_jobs::{self, Job};
use crate::store::offices::{self, Office};
use crate::store::{Tx, population};
use credential::kinds::{Kind, Subject};
use std::collections::BTreeSet;

/// People in a chunk, where nobody asks for another number.
pub const CHUNK: u32 = 2_000;
/// Most people in a chunk: the ids of its documents ascend by a number of 12 bits.
pub const CHUNK_MAX: u32 = 4_096;
/// Most chunks of a job: what a mandate may be for (migration 0019).
const CHUNKS_MAX: i64 = 10_000_000;

/// What is to be planned.
pub struct Plan {
    /// What is issued.
    pub kind: &'static Kind,
    /// For whom.
    pub region: RegionPrefix,
    /// Replace what is in force.
    pub supersede: bool,
    /// People in a chunk, 1 to [`CHUNK_MAX`].
    pub chunk: u32,
    /// One person at the machine answers for it; otherwise it waits for an officer who approves it.
    pub alone: bool,
}

/// What was planned.
pub struct Planned {
    /// The job.
    pub job: Job,
    /// How many chunks it has.
    pub chunks: i64,
    /// What an officer is to approve before it can be run; none where nobody needs to.
    pub proposal: Option<ProposalId>,
}

/// Plans a job: nothing is issued before somebody else approved it and it is run.
pub async fn plan(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    plan: &Plan,
) -> Outcome<Planned> {
    if !is_from_register(plan.kind)
        || !matches!(plan.kind.subject, Subject::Person | Subject::Family)
    {
        return Err(Failure::field(
            "kind",
            "must be one that the register alone fills",
        ));
    }
    if !(1..=CHUNK_MAX).contains(&plan.chunk) {
        return Err(Failure::field("chunk", "must be 1 to 4096"));
    }
    let mut tx = service.db.begin().await?;
    let mut job = Job {
        id: JobId::draw(&service.clock, chance),
        kind: plan.kind,
        region: plan.region.clone(),
        supersede: plan.supersede,
        persons: 0,
        outside: 0,
        created: service.clock.now(),
        key: None,
    };
    bulk_jobs::insert(&mut tx, &job).await?;
    let (chunks, offices) = cut(&mut tx, &mut job, i64::from(plan.chunk)).await?;
    bulk_jobs::counted(&mut tx, &job).await?;
    let act = Act {
        detail: Some(words(&job, chunks)),
        ..Act::new("bulk.plan")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    let mut proposal = None;
    if chunks > 0 {
        let office = approving(&mut tx, plan.alone, &offices).await?;
        let count = u32::try_from(chunks).map_err(|_| Failure::Row("bulk_chunks.number"))?;
        if plan.alone {
            mandates::jobs::give_job(service, &mut tx, chance, actor, office, job.id, count)
                .await?;
        } else {
            let proposed =
                proposals::bulk(service, &mut tx, chance, actor, office, &job, count).await?;
            proposal = Some(proposed);
        }
    }
    tx.commit().await?;
    Ok(Planned {
        job,
        chunks,
        proposal,
    })
}

/// A plan as its line in the audit trail tells of it.
pub(crate) fn words(job: &Job, chunks: i64) -> String {
    format!("{} supersede {}", words_before(job, chunks), job.supersede)
}

/// The same as versions before migration 0026 wrote it: without whether it replaces what is in force.
pub(crate) fn words_before(job: &Job, chunks: i64) -> String {
    let (id, kind, persons) = (job.id, job.kind.slug, job.persons);
    if let Some(kid) = job.key {
        return format!("job {id} {kind} key {kid} documents {persons}");
    }
    let region = match job.region.as_str() {
        "" => "all",
        prefix => prefix,
    };
    format!("job {id} {kind} region {region} persons {persons} chunks {chunks}")
}

/// The office in which a job is approved: the one that issues all of it, or one for the whole country.
async fn approving(tx: &mut Tx, alone: bool, of: &BTreeSet<Vec<u8>>) -> Outcome<OfficeId> {
    let offices = offices::all(tx).await?;
    let centre = offices.iter().find(|o| o.region.as_str().is_empty());
    let only = offices.iter().find(|o| of.contains(&o.id.to_vec()));
    match (of.len(), centre, only) {
        (1, _, Some(only)) => Ok(only.id),
        (_, Some(centre), _) => Ok(centre.id),
        (_, None, Some(first)) if alone => Ok(first.id),
        _ => Err(Failure::field(
            "region",
            "is of several offices, and there is none for the whole country to approve it: plan one office at a time",
        )),
    }
}

/// Walks through the region from office to office. Returns the number of chunks, and whose they are.
async fn cut(tx: &mut Tx, job: &mut Job, size: i64) -> Outcome<(i64, BTreeSet<Vec<u8>>)> {
    let mut whose = BTreeSet::new();
    let offices = offices::all(tx).await?;
    let (region, end) = (job.region.as_str().to_string(), after(job.region.as_str()));
    let mut at = Mark { region, nik: 0 };
    let mut number = 0;
    while let Some(next) = population::nth(tx, &at, &end, 0).await? {
        let border = border(&offices, &next.region, &end);
        match office(&offices, &next.region) {
            Some(_) if number == CHUNKS_MAX => {
                return Err(Failure::field(
                    "chunk",
                    "gives more than 10,000,000 chunks; take a larger one",
                ));
            }
            Some(office) => {
                let (range, persons) = chunk(tx, &at, next, &border, size).await?;
                at = range.to.clone();
                whose.insert(office.id.to_vec());
                let chunk = NewChunk {
                    number,
                    office: office.id,
                    range,
                    ids: None,
                    persons,
                };
                bulk_chunks::insert(tx, job.id, &chunk).await?;
                job.persons += persons;
                number += 1;
            }
            None => {
                job.outside += population::count(tx, &at, &border).await?;
                let last = population::last(tx, &at, &border).await?;
                at = last.unwrap_or(next);
            }
        }
    }
    Ok((number, whose))
}

/// The next chunk: `size` people after a mark, or as many as there are before the border.
async fn chunk(
    tx: &mut Tx,
    at: &Mark,
    from: Mark,
    border: &str,
    size: i64,
) -> Outcome<(Range, i64)> {
    if let Some(to) = population::nth(tx, at, border, size - 1).await? {
        return Ok((Range { from, to }, size));
    }
    let persons = population::count(tx, at, border).await?;
    let to = population::last(tx, at, border).await?;
    let to = to.unwrap_or_else(|| from.clone());
    Ok((Range { from, to }, persons))
}

/// The office that answers for a region: the one with the longest prefix.
fn office<'o>(offices: &'o [Office], region: &str) -> Option<&'o Office> {
    let mine = offices
        .iter()
        .filter(|o| region.starts_with(o.region.as_str()));
    mine.max_by_key(|o| o.region.as_str().len())
}

/// Where another office may begin to answer, or the end.
fn border(offices: &[Office], region: &str, end: &str) -> String {
    let prefixes = offices.iter().map(|o| o.region.as_str());
    let borders = prefixes.flat_map(|prefix| [prefix.to_string(), after(prefix)]);
    let ahead = borders.filter(|border| border.as_str() > region && border.as_str() < end);
    ahead.min().unwrap_or_else(|| end.to_string())
}

/// The first text after everything that begins with a prefix of digits.
fn after(prefix: &str) -> String {
    let kept = prefix.trim_end_matches('9');
    let mut after = kept.to_string();
    match after.pop() {
        Some(digit) => after.push(char::from(digit as u8 + 1)),
        // Letters come after digits in every collation.
        None => after.push('A'),
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::clock::Clock;
    use crate::domain::ids::{Iss, OfficeId};

    fn offices() -> Vec<Office> {
        let clock = Clock::fixed(0);
        let mut chance = Chance::seeded(1);
        ["32", "3273", "51", "9999"]
            .map(|region| Office {
                id: OfficeId::draw(&clock, &mut chance),
                iss: Iss::parse(&format!("ID.{region}")).unwrap(),
                name: String::new(),
                region: RegionPrefix::parse(region).unwrap(),
            })
            .to_vec()
    }

    #[test]
    fn what_comes_after_a_prefix() {
        for (prefix, expected) in [
            ("", "A"),
            ("32", "33"),
            ("39", "4"),
            ("99", "A"),
            ("3299", "33"),
        ] {
            assert_eq!(after(prefix), expected, "{prefix}");
        }
    }

    #[test]
    fn every_office_ends_where_another_begins() {
        let offices = offices();
        let region = |kode: &str| {
            let office = office(&offices, kode).map_or("", |o| o.region.as_str());
            (office.to_string(), border(&offices, kode, "A"))
        };
        let is = |kode, prefix: &str, border: &str| {
            assert_eq!(
                region(kode),
                (prefix.to_string(), border.to_string()),
                "{kode}"
            );
        };
        is("1101012001", "", "32");
        is("3201012001", "32", "3273");
        is("3273011001", "3273", "3274");
        is("3274011001", "32", "33");
        is("3301012001", "", "51");
        is("9999011001", "9999", "A");
    }
}
