//! What agencies are told of documents: of each the states that it went through, of its kind and region, and each change
//! with a number of its own.

use super::Report;
use super::documents::place;
use crate::domain::document::{Document, State};
use crate::failure::Outcome;
use crate::outbox::DocumentChange as Change;
use crate::service::Service;
use crate::store::changes::{self, Listed};
use crate::store::offices::Office;
use credential::changes::issue::Facts;

/// The changes of one document, in their order.
pub(super) fn of_document(
    document: &Document,
    office: &Office,
    told: &[Listed],
    report: &mut Report,
) {
    // Of a bulk job it is told later or never (`agencies::told`), and of one from before there were changes never.
    let Some(last) = told.last() else { return };
    let region = Facts::of(&document.claims).and_then(|facts| facts.region);
    let region = region.as_deref().unwrap_or(office.region.as_str());
    let of_it = |one: &Listed| one.kind == i64::from(document.kind.number) && one.region == region;
    let turns = (1..).zip(told).all(|(turn, one)| one.turn == turn);
    let steps = told
        .windows(2)
        .all(|two| follows(two[0].change, two[1].change));
    // Given by turns; those of the last ones may be still to be given.
    let order = |two: &[Listed]| match (two[0].number, two[1].number) {
        (Some(before), Some(after)) => before < after,
        (_, after) => after.is_none(),
    };
    let order = told.windows(2).all(order);
    // Versions before did not say first of a document of a bulk job that it was issued.
    let ended = matches!(last.change, Some(Change::Revoked | Change::Superseded));
    let begins = told[0].change == Some(Change::Issued) || (told.len() == 1 && ended);
    let told = told.iter().all(of_it) && leads_to(last.change, &document.state);
    if !(turns && steps && order && begins && told) {
        report.fault(place(document.id), "agencies are told something else of it");
    }
}

fn follows(before: Option<Change>, after: Option<Change>) -> bool {
    use Change::{Issued, Reinstated, Revoked, Superseded, Suspended};
    matches!(
        (before, after),
        (
            Some(Issued | Reinstated),
            Some(Suspended | Revoked | Superseded)
        ) | (Some(Suspended), Some(Reinstated | Revoked | Superseded))
    )
}

fn leads_to(last: Option<Change>, state: &State) -> bool {
    let name = match last {
        Some(Change::Issued | Change::Reinstated) => "active",
        Some(other) => other.name(),
        None => return false,
    };
    state.name() == name
}

/// Numbers are given once, one after the other.
pub(super) async fn numbers(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let (count, least, greatest) = changes::numbered(&mut tx).await?;
    let last = changes::last(&mut tx).await?;
    if changes::any_of_nothing(&mut tx).await? {
        report.fault("changes", "one is of a document that is not there");
    }
    if count != greatest || least < 1 || greatest != last {
        report.fault("changes", "numbers are missing, or were given twice");
    }
    Ok(())
}
