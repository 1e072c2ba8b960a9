//! Data synchronisation: agencies with an agreement hear, signed, what changed about documents, and nothing else.

pub mod feed;
pub mod push;
pub mod token;
pub mod told;
pub mod usage;

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::agency::Terms;
use crate::domain::ids::{AgencyId, ChangeId, DocumentId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::offices::checked_name;
use crate::outbox::{DocumentChange, Secret, Target};
use crate::record::{Act, record};
use crate::revoke::parse_reason;
use crate::seals;
use crate::service::Service;
use crate::store::agencies::{self, Agency, Mode};
use crate::store::locks::{self, Row};
use crate::store::{Tx, changes, documents, offices, outbox};
use credential::changes::issue::Facts;
use token::AgencyToken;
use zeroize::Zeroizing;

/// Stores a change of a document for the agencies, in the transaction of the change itself.
pub async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    document: DocumentId,
    change: DocumentChange,
) -> Outcome<()> {
    let document = documents::by_id(tx, document).await?;
    let document = document.ok_or(Failure::NotFound(Thing::Document))?;
    let facts = Facts::of(&document.claims).ok_or(Failure::Row("documents.claims"))?;
    let region = match facts.region {
        Some(region) => region,
        None => {
            let office = offices::by_id(tx, document.office).await?;
            let office = office.ok_or(Failure::Row("documents.office"))?;
            office.region.as_str().to_string()
        }
    };
    let id = ChangeId::draw(&service.clock, chance);
    let (kind, now) = (document.kind.number, service.clock.now());
    // A document of a bulk job may change before anybody was told that it is there.
    if change != DocumentChange::Issued && !changes::any_of(tx, document.id).await? {
        let id = ChangeId::draw(&service.clock, chance);
        changes::insert_issued(tx, id, document.id, kind, &region, document.issued).await?;
    }
    changes::insert(tx, id, document.id, kind, &region, change, now).await
}

/// How an agency is to get changes.
pub enum Way {
    /// It asks, with a token that is made for it.
    Pull,
    /// It is called there, with signatures by a key that is made for it.
    Webhook {
        /// An https address.
        url: String,
    },
}

/// What is handed to a new agency, once: its token, or the key of its webhook's signatures.
pub struct Added {
    /// The agency.
    pub agency: AgencyId,
    /// The text to hand over.
    pub handed: Zeroizing<String>,
}

fn secret_cell(row: &[u8]) -> Cell<'_> {
    Cell {
        table: "agencies",
        row,
        column: "secret",
    }
}

/// Stores an agreement. The agency hears of changes from now on.
pub async fn add(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    name: &str,
    terms: Terms,
    way: Way,
) -> Outcome<Added> {
    if terms.valid_to < terms.valid_from {
        return Err(Failure::field("to", "must not be before the first day"));
    }
    let name = checked_name(name)?;
    let id = AgencyId::draw(&service.clock, chance);
    let (mode, handed) = match way {
        Way::Pull => {
            let token = AgencyToken::draw(id, chance);
            let token_hash = token.hash();
            (Mode::Pull { token_hash }, token.expose())
        }
        Way::Webhook { url } => {
            let development = !service.config.web.is_https();
            let target = Target::parse(&url, development);
            target.map_err(|e| Failure::field("url", e.rule))?;
            let handed = Secret::draw(chance).expose();
            let row = id.to_vec();
            let secret = service
                .crypter
                .seal(chance, secret_cell(&row), handed.as_bytes());
            (Mode::Webhook { url, secret }, handed)
        }
    };
    let mut start = told::number(service, tx, chance).await?;
    while told::is_due(tx).await? {
        start = told::number(service, tx, chance).await?;
    }
    let detail = format!("{id} {} {}", mode.name(), terms.elements.to_text());
    let agency = Agency {
        id,
        name,
        terms,
        mode,
        start,
        sent: start,
        cut_reason: None,
    };
    agencies::insert(tx, &agency, service.clock.now()).await?;
    let agreed = content(&agency);
    let act = Act {
        content: Some(&agreed),
        about: Some(format!("agencies:{id}")),
        detail: Some(detail),
        ..Act::new("agency.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(Added { agency: id, handed })
}

/// What of an agreement never changes, as the line of its making commits to it.
pub(crate) fn content(agency: &Agency) -> Vec<u8> {
    let numbers = [agency.terms.valid_from, agency.terms.valid_to, agency.start];
    let numbers = numbers.map(i64::to_be_bytes).concat();
    let (kinds, elements) = (
        agency.terms.kinds.to_stored(),
        agency.terms.elements.to_text(),
    );
    let (way, hidden) = match &agency.mode {
        Mode::Pull { token_hash } => ("", Some(token_hash.as_slice())),
        // Its secret is sealed in its place, and moves to another key.
        Mode::Webhook { url, .. } => (url.as_str(), None),
    };
    seals::joined(&[
        Some(agency.id.as_bytes()),
        Some(agency.name.as_bytes()),
        Some(kinds.as_bytes()),
        Some(agency.terms.region.as_str().as_bytes()),
        Some(elements.as_bytes()),
        Some(agency.mode.name().as_bytes()),
        Some(way.as_bytes()),
        hidden,
        Some(&numbers),
    ])
}

/// Ends an agreement at once: nothing is answered from now on, and what was queued is dropped with it.
pub async fn cut_off(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: AgencyId,
    reason: &str,
) -> Outcome<u64> {
    let reason = parse_reason(reason).map_err(|rule| Failure::field("reason", rule))?;
    locks::row(tx, Row::Agency(id)).await?;
    let agency = agencies::by_id(tx, id).await?;
    let agency = agency.ok_or(Failure::NotFound(Thing::Agency))?;
    if agency.terms.cut_off.is_some() {
        return Err(Failure::Agreement("was cut off before"));
    }
    let now = service.clock.now();
    agencies::cut_off(tx, id, now, &reason).await?;
    let dropped = outbox::drop_pushes(tx, id, now).await?;
    let act = Act {
        content: Some(reason.as_bytes()),
        detail: Some(id.to_string()),
        ..Act::new("agency.cut_off")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(dropped)
}
