//! Status lists: what is signed is what the documents say, and no index was lost.

use super::Report;
use crate::domain::ids::ListId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status;
use crate::store::status_lists::List;
use crate::store::{Tx, offices, status_indexes, status_lists};
use crate::wallet::purge::BOUND_KEPT;
use credential::status_list::{SHARD, Status};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use data_encoding::HEXLOWER;
use std::collections::HashSet;

pub(super) async fn verify(
    service: &Service,
    trust: &TrustList,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let named = named_by_indexes(&mut tx).await?;
    let all = status_lists::all(&mut tx).await?;
    drop(tx);
    of_no_list(&named, &all, report);
    for list in all {
        one(service, trust, list, report).await?;
        progress(report);
    }
    Ok(())
}

/// The ids that indexes name as their list.
async fn named_by_indexes(tx: &mut Tx) -> Outcome<Vec<Vec<u8>>> {
    let (mut named, mut from) = (Vec::new(), Vec::new());
    while let Some(next) = status_indexes::next_with_indexes(tx, &from).await? {
        // What comes next in the order of bytes.
        from = [&next[..], &[0]].concat();
        named.push(next);
    }
    Ok(named)
}

/// Indexes of a list that is not there: PostgreSQL keeps no foreign key for them.
fn of_no_list(named: &[Vec<u8>], lists: &[List], report: &mut Report) {
    let there: HashSet<Vec<u8>> = lists.iter().map(|list| list.id.to_vec()).collect();
    for named in named.iter().filter(|id| !there.contains(*id)) {
        let id = ListId::from_bytes(named);
        let list = id.map_or_else(|_| HEXLOWER.encode(named), |id| id.to_string());
        report.fault(
            format!("status list {list}"),
            "indexes are drawn from it, and it does not exist",
        );
    }
}

async fn one(service: &Service, trust: &TrustList, list: List, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    // As it is in this transaction; it may have been signed anew since the names were read.
    let list = status_lists::by_id(&mut tx, list.id).await?;
    let place = format!("status list {}", list.uri);
    let drawn = status_indexes::drawn(&mut tx, list.id).await?;
    if drawn != list.used {
        report.fault(
            &place,
            format!("{} indexes are drawn, it says {}", drawn, list.used),
        );
    }
    let purged = service.clock.now() - BOUND_KEPT;
    let stray = status_indexes::stray(&mut tx, list.id, purged).await?;
    if stray > 0 {
        report.fault(
            &place,
            format!("{stray} indexes are drawn for nobody, or end without having ended"),
        );
    }
    let Some(token) = status_lists::token(&mut tx, list.id).await? else {
        let fresh = list.dirty && (list.issued, list.expires) == (None, None);
        if fresh {
            unsigned(&place, report);
        } else if list.used > 0 {
            report.fault(&place, "indexes are drawn, but it was never signed");
        }
        return Ok(());
    };
    report.lists += 1;
    let office = offices::by_id(&mut tx, list.office).await?;
    let office = office.ok_or(Failure::Row("status_lists.office"))?;
    if list.uri != office.iss.status_uri(list.shard) {
        report.fault(&place, "has not the name of its office and number");
    }
    let mut read = StatusLists::default();
    if read.add(&token, trust).is_err() {
        report.fault(&place, "verifiers refuse it: signature, key or form");
        return Ok(());
    }
    let said = read.iter().find(|(iss, said)| {
        let whole = said.list.bits() == 2 && said.list.len() == SHARD;
        *iss == office.iss.as_str() && said.sub == list.uri && whole
    });
    let Some((_, said)) = said else {
        report.fault(&place, "what is signed is another list");
        return Ok(());
    };
    if (Some(said.iat), said.exp) != (list.issued, list.expires) {
        report.fault(&place, "its times are not those that were signed");
    }
    if list.expires.is_none_or(|end| end < service.clock.now()) {
        report
            .notes
            .push(format!("{place} is past its time: `ikd status publish`"));
    }
    if list.dirty {
        unsigned(&place, report);
        return Ok(());
    }
    let stored = status::not_valid(&mut tx, &list).await?.statuses;
    let (mut missing, mut unfounded) = (0_usize, 0);
    for (index, wanted, signed) in differences(&stored, said.list.not_zero()) {
        if signed == Status::Valid {
            missing += 1;
            continue;
        }
        // What was deleted after its end goes from the list when that is signed next.
        let ended = status_indexes::ended(&mut tx, list.id, index, index, i64::MAX).await?;
        unfounded += usize::from(wanted != Status::Valid || ended.is_empty());
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

fn unsigned(place: &str, report: &mut Report) {
    report.notes.push(format!(
        "{place} holds changes that are not signed yet: `ikd status publish`"
    ));
}

/// Where two lists of statuses differ, each rising and without what is valid: the index, and what each says.
fn differences(
    stored: &[(u32, Status)],
    signed: impl Iterator<Item = (u32, Status)>,
) -> Vec<(u32, Status, Status)> {
    let mut stored = stored.iter().copied().peekable();
    let mut found = Vec::new();
    for (index, status) in signed {
        while let Some((at, wanted)) = stored.next_if(|(at, _)| *at < index) {
            found.push((at, wanted, Status::Valid));
        }
        let wanted = stored.next_if(|(at, _)| *at == index);
        let wanted = wanted.map_or(Status::Valid, |(_, wanted)| wanted);
        if wanted != status {
            found.push((index, wanted, status));
        }
    }
    found.extend(stored.map(|(at, wanted)| (at, wanted, Status::Valid)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_either_list_says_alone_is_found() {
        use Status::{Revoked, Superseded, Suspended, Valid};
        let stored = [(1, Revoked), (3, Suspended), (4, Revoked), (9, Superseded)];
        let signed = [(0, Revoked), (1, Revoked), (3, Revoked), (9, Superseded)];
        let found = differences(&stored, signed.into_iter());
        let expected = [
            (0, Valid, Revoked),
            (3, Suspended, Revoked),
            (4, Revoked, Valid),
        ];
        assert_eq!(found, expected);
        let found = differences(&stored, std::iter::empty());
        assert_eq!(found.len(), 4);
        assert!(differences(&stored, stored.into_iter()).is_empty());
    }
}
