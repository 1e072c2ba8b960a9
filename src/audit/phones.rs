//! Credentials of phones: what they say opens with this `data.key` and is what their columns say, for the key of their
//! phone, and each has a status index of its own.

use super::columns::Known;
use super::{PAGE, Report};
use crate::domain::bound::State;
use crate::domain::ids::ListId;
use crate::failure::Outcome;
use crate::lint::{self, For, What};
use crate::service::Service;
use crate::store::bound::{self, Sealed};
use crate::store::status_lists;
use credential::kinds::{self, profiles};
use std::collections::HashMap;

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut after = None;
    loop {
        // Offices, keys and lists as they are beside this page: new ones may come meanwhile.
        let mut tx = service.db.read().await?;
        let page = bound::all_after(&mut tx, after, PAGE).await?;
        let known = Known::read(&mut tx).await?;
        let lists = status_lists::all(&mut tx).await?.into_iter();
        let uris: HashMap<ListId, String> = lists.map(|list| (list.id, list.uri)).collect();
        drop(tx);
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for one in &page {
            report.bound += 1;
            let place = format!("bound credential {}", one.id);
            if !one.has_index {
                report.fault(
                    &place,
                    "its status index was drawn for somebody else, or never",
                );
            }
            match one.open(&service.crypter) {
                Err(_) => report.fault(&place, "does not open with this data.key"),
                // The person was erased: only what is not in force any more says nothing.
                Ok(claims)
                    if claims.is_empty()
                        && !matches!(one.row.state, State::Active | State::Suspended) => {}
                Ok(claims) if !fits(one, &claims, &known, &uris) => {
                    report.fault(&place, "its columns are not what its claims say");
                }
                Ok(_) => {}
            }
        }
        progress(report);
    }
}

fn fits(one: &Sealed, claims: &[u8], known: &Known, uris: &HashMap<ListId, String>) -> bool {
    let row = &one.row;
    let kind = one.kind.and_then(|kind| u64::try_from(kind).ok());
    let kind = kind.and_then(kinds::by_number);
    let office = known.offices.get(&row.office);
    let (Some(kind), Some(office), Some(uri)) = (kind, office, uris.get(&row.place.list)) else {
        return false;
    };
    let profile = profiles::by_number(u64::from(row.purpose));
    if (row.purpose == 0) != profile.is_none() {
        return false;
    }
    let under = For {
        kind,
        iss: office.iss.as_str(),
        region: office.region.as_str(),
        uri,
        index: row.place.index,
        issued: row.issued,
        expires: Some(row.expires),
        what: What::ForPhone(profile),
    };
    let key = one.device_key.as_deref().and_then(confirmation);
    known.keys.get(&row.kid) == Some(&Some(row.office))
        && lint::is_for(claims, &under)
        && key.is_some_and(|key| claims.windows(key.len()).any(|part| part == key))
}

/// Claim `cnf` of a P-256 key of 33 bytes (RFC 8747, RFC 9053 §7.1.1), as all of our credentials write it.
fn confirmation(key: &[u8]) -> Option<Vec<u8>> {
    let (odd, x) = match key.split_first()? {
        (2, x) => (0xf4, x),
        (3, x) => (0xf5, x),
        _ => return None,
    };
    let begin = [0xa1, 1, 0xa4, 1, 2, 0x20, 1, 0x21, 0x58, 32];
    (x.len() == 32).then(|| [&begin, x, &[0x22, odd]].concat())
}
