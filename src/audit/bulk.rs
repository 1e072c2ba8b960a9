//! Bulk jobs: each chunk is whole, and the audit trail commits to it.

use super::{PAGE, Report};
use crate::domain::ids::DocumentId;
use crate::domain::merkle::{Hash, Tree};
use crate::domain::permutation::Permutation;
use crate::failure::{Failure, Outcome};
use crate::mandates::jobs;
use crate::service::Service;
use crate::store::bulk_ended::Ended;
use crate::store::{Tx, audit, bulk_documents, bulk_ended, bulk_jobs};
use credential::status_list::SHARD;
use std::collections::HashMap;

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let committed = committed(service).await?;
    let (mut after, mut found) = (None, 0);
    // The order of a list serves all of its chunks.
    let mut orders: HashMap<[u8; 32], Permutation> = HashMap::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = bulk_ended::done_after(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some((last.job, last.number));
        for chunk in &page {
            report.chunks += 1;
            let place = format!("bulk job {} chunk {}", chunk.job, chunk.number);
            let (tokens, named) = tokens(&mut tx, chunk, &mut orders).await?;
            if !named {
                report.fault(&place, "names others as its first and its last document");
            }
            found += tokens.len() as u64;
            let there = tokens.len();
            if there as i64 != chunk.issued {
                report.fault(
                    &place,
                    format!("issued {}, but {there} documents are there", chunk.issued),
                );
            }
            let mut tree = Tree::default();
            tokens.iter().for_each(|token| tree.push(token));
            if tree.root() != chunk.root {
                report.fault(
                    &place,
                    "its documents are not those that its root commits to",
                );
            }
            let told = format!("job {} chunk {} ", chunk.job, chunk.number);
            let line = committed.get(&chunk.root);
            if !line.is_some_and(|line| line.starts_with(&told)) {
                report.fault(&place, "no audit line commits to its root");
            }
            progress(report);
        }
        drop(tx);
    }
    // A chunk that ended since the documents were counted makes these fewer.
    if report.bulk > found {
        let stray = report.bulk - found;
        report.fault(
            "documents",
            format!("{stray} of bulk jobs belong to no chunk"),
        );
    }
    Ok(())
}

/// Each job that has a mandate is the one that was approved.
pub(super) async fn jobs(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    for job in bulk_jobs::newest(&mut tx, u32::MAX).await? {
        let fault = match jobs::agreed(service, &mut tx, &job).await {
            Ok(()) => continue,
            Err(Failure::Row(_)) => "is not what was approved",
            // One that waits for its second person has issued nothing, and one from before mandates has none.
            Err(Failure::Separation(_)) => continue,
            Err(other) => return Err(other),
        };
        report.fault(format!("bulk job {}", job.id), fault);
    }
    Ok(())
}

/// The roots that the audit trail names, and the lines that do.
async fn committed(service: &Service) -> Outcome<HashMap<Hash, String>> {
    let mut roots = HashMap::new();
    let mut after = None;
    loop {
        let mut tx = service.db.read().await?;
        let page = audit::bulk_after(&mut tx, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(roots);
        };
        after = Some(*last);
        for (_, detail) in &page {
            let root = detail.rsplit(' ').next().unwrap_or_default();
            let root = data_encoding::HEXLOWER.decode(root.as_bytes());
            if let Ok(root) = Hash::try_from(root.unwrap_or_default().as_slice()) {
                roots.insert(root, detail.clone());
            }
        }
    }
}

/// A chunk's tokens in the order of their places, and whether the first and the last id are those that it names.
async fn tokens(
    tx: &mut Tx,
    chunk: &Ended,
    orders: &mut HashMap<[u8; 32], Permutation>,
) -> Outcome<(Vec<Vec<u8>>, bool)> {
    let (Some((first, last)), Some((list, first_place, seed))) = (chunk.ids, chunk.places) else {
        return Ok((Vec::new(), true));
    };
    // More places than a list has are nobody's, and are not counted up here.
    let end = i64::from(first_place).checked_add(chunk.persons);
    let within = chunk.persons >= 0 && end.is_some_and(|end| end <= i64::from(SHARD));
    if !within {
        return Ok((Vec::new(), true));
    }
    let order = orders
        .entry(seed)
        .or_insert_with(|| Permutation::new(&seed));
    let places = (0..chunk.persons as u32).map(|nth| (order.index(first_place + nth), nth));
    let places: HashMap<u32, u32> = places.collect();
    let found = bulk_documents::tokens(tx, list, first, last).await?;
    // Workers at the same moment draw ids that lie between each other.
    let own = found.into_iter();
    let own = own.filter_map(|(index, id, token)| Some((*places.get(&index)?, id, token)));
    let mut own: Vec<(u32, DocumentId, Vec<u8>)> = own.collect();
    let ids = own.iter().map(|(_, id, _)| *id);
    let within = own.is_empty() || (ids.clone().min(), ids.max()) == (Some(first), Some(last));
    own.sort_by_key(|(place, ..)| *place);
    let tokens = own.into_iter().map(|(.., token)| token);
    Ok((tokens.collect(), within))
}
