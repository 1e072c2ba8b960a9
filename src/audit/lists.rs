//! Status lists: what is signed is what the documents say, and no index was lost.

use super::Report;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status;
use crate::store::status_lists::List;
use crate::store::{offices, status_lists};
use credential::status_list::{SHARD, Status};
use credential::status_source::{Lookup, StatusLists, StatusSource};
use credential::trust_list::TrustList;
use std::collections::HashMap;

pub(super) async fn verify(
    service: &Service,
    trust: &TrustList,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let all = status_lists::all(&mut tx).await?;
    drop(tx);
    for list in all {
        one(service, trust, list, report).await?;
        progress(report);
    }
    Ok(())
}

async fn one(service: &Service, trust: &TrustList, list: List, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    // As it is in this transaction; it may have been signed anew since the names were read.
    let list = status_lists::by_id(&mut tx, list.id).await?;
    let place = format!("status list {}", list.uri);
    let drawn = status_lists::drawn(&mut tx, list.id).await?;
    if drawn != list.used {
        report.fault(
            &place,
            format!("{} indexes are drawn, it says {}", drawn, list.used),
        );
    }
    let Some(token) = status_lists::token(&mut tx, list.id).await? else {
        if list.used > 0 {
            report.fault(&place, "indexes are drawn, but it was never signed");
        }
        return Ok(());
    };
    report.lists += 1;
    let mut read = StatusLists::default();
    if read.add(&token, trust).is_err() {
        report.fault(&place, "verifiers refuse it: signature, key or form");
        return Ok(());
    }
    if list.expires.is_none_or(|end| end < service.clock.now()) {
        report
            .notes
            .push(format!("{place} is past its time: `ikd status publish`"));
    }
    if list.dirty {
        report.notes.push(format!(
            "{place} holds changes that are not signed yet: `ikd status publish`"
        ));
        return Ok(());
    }
    let office = offices::by_id(&mut tx, list.office).await?;
    let office = office.ok_or(Failure::Row("status_lists.office"))?;
    let stored = status::not_valid(&mut tx, &list).await?.statuses;
    let stored: HashMap<u32, Status> = stored.into_iter().collect();
    let (mut missing, mut unfounded) = (0, 0);
    for index in 0..SHARD {
        let wanted = stored.get(&index).copied().unwrap_or(Status::Valid);
        match read.status(office.iss.as_str(), &list.uri, index) {
            Lookup::Found { status, .. } if status == wanted => {}
            Lookup::Found {
                status: Status::Valid,
                ..
            } => missing += 1,
            // What was deleted after its end goes from the list when that is signed next.
            _ if wanted == Status::Valid
                && !status_lists::is_owned(&mut tx, list.id, index).await? => {}
            _ => unfounded += 1,
        }
    }
    if missing > 0 {
        report.fault(
            &place,
            format!("{missing} that are not valid in the database are valid in it"),
        );
    }
    if unfounded > 0 {
        report.fault(
            &place,
            format!("{unfounded} have another status in it than in the database"),
        );
    }
    Ok(())
}
