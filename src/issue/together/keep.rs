//! Storing a group in one transaction, and handing out what was committed.

use super::Made;
use super::seal::Sealed;
use super::stock::Stock;
use crate::chance::Chance;
use crate::domain::ids::ChangeId;
use crate::failure::Outcome;
use crate::issue::issued_as;
use crate::record::{Act, entry};
use crate::service::Service;
use crate::store::changes::Told;
use crate::store::documents_together::{self, Issued};

/// Stores what was judged green and answers who waits for it. Who got the document in another way meanwhile is let go.
///
/// # Errors
/// [`crate::failure::Failure::Changed`] where another trust list is in force than the one it was judged under, or a key
/// has ended.
pub async fn keep(
    service: &Service,
    chance: &mut Chance,
    trust: Option<u64>,
    mut sealed: Vec<Sealed>,
    stock: &Stock,
) -> Outcome<()> {
    // Two groups that want the same people's documents wait for each other in one order.
    sealed.sort_by_key(|one| (one.document.kind.number, one.document.subject.0));
    let mut issued = Vec::with_capacity(sealed.len());
    for one in &sealed {
        let document = &one.document;
        let act = Act {
            office: Some(document.office),
            document: Some(document.id),
            content: Some(&one.token),
            detail: Some(issued_as(document)),
            ..Act::new("document.issue")
        };
        issued.push(Issued {
            document,
            reservation: one.slot.held.places.reservation,
            line: entry(&service.clock, chance, one.waiting.asks.actor, act),
            told: Told {
                id: ChangeId::draw(&service.clock, chance),
                document: document.id,
                kind: document.kind.number,
                region: &one.region,
                at: document.issued,
            },
        });
    }
    let stored = documents_together::keep(&service.db, trust, &issued).await?;
    drop(issued);
    sealed.retain(|one| stored.contains(&one.document.id));
    metrics::counter!("ikd_issue_groups_total").increment(1);
    for one in sealed {
        stock.stored(&one.slot);
        let kind = one.document.kind.slug;
        metrics::counter!("ikd_documents_issued_total", "kind" => kind).increment(1);
        one.waiting.give(Made {
            document: one.document,
            uri: one.slot.held.places.uri.clone(),
        });
    }
    Ok(())
}
