//! Reading the log of changes as one agency may: its part of it, its elements, signed for it.

use super::told;
use crate::agencies::token::AgencyToken;
use crate::bundle;
use crate::chance::Chance;
use crate::domain::agency::{Element, half_year};
use crate::domain::ids::ChangeId;
use crate::failure::{Failure, Outcome, Thing};
use crate::keys::Role;
use crate::outbox::DocumentChange;
use crate::service::Service;
use crate::store::agencies::{self, Agency, Mode};
use crate::store::changes::{self, Numbered};
use crate::store::{Tx, agency_usage, documents, keys, status_lists};
use crate::trust;
use credential::changes::issue::Facts;
use credential::changes::{BATCH_MAX, Batch, Change, What};

/// Changes looked at for one answer: an agency with few of them must not make a request read the whole log.
const LOOK: u32 = 5_000;

/// A part of the log, as one agency sees it.
pub struct Part {
    /// The changes that are for it, at most [`BATCH_MAX`].
    pub changes: Vec<Numbered>,
    /// The last change looked at; none where there was nothing to look at.
    pub end: Option<(i64, ChangeId)>,
    /// Whether there is more to look at.
    pub more: bool,
}

/// What is for an agency among the changes above `after` and up to `through`.
pub async fn part(tx: &mut Tx, agency: &Agency, after: i64, through: i64) -> Outcome<Part> {
    let looked = changes::between(tx, after, through, LOOK).await?;
    let mut found = Part {
        changes: Vec::new(),
        end: None,
        more: false,
    };
    for change in looked {
        let mine = agency.terms.cover(change.kind, &change.region, change.at);
        if mine && found.changes.len() == BATCH_MAX {
            break;
        }
        found.end = Some((change.number, change.id));
        if mine {
            found.changes.push(change);
        }
    }
    found.more = found.end.is_some_and(|(number, _)| number < through);
    Ok(found)
}

/// Signs a part for an agency with the publisher's key.
pub async fn sign(
    service: &Service,
    tx: &mut Tx,
    agency: &Agency,
    part: &Part,
) -> Outcome<Vec<u8>> {
    let now = service.clock.now();
    let (_, list) = trust::current(tx).await?;
    let all = keys::all(tx).await?;
    let publisher = bundle::publisher(&all, &list, now)?;
    let mut batch = Batch {
        audience: agency.id.to_string(),
        issued: now,
        next: part.end.map_or(String::new(), |(_, id)| id.to_string()),
        changes: Vec::with_capacity(part.changes.len()),
    };
    for change in &part.changes {
        batch.changes.push(elements(tx, agency, change).await?);
    }
    let unsigned = batch.unsigned(publisher.kid);
    let signer = service.keyring.signer(Role::Publisher, publisher.kid)?;
    let signature = crate::keys::sign(signer, unsigned.to_be_signed()).await?;
    let token = unsigned.into_token(&signature);
    match Batch::verify(&token, &list, &batch.audience) {
        Ok(read) if read == batch => Ok(token),
        _ => Err(Failure::NotPublishable("a batch of changes")),
    }
}

/// The elements of a change that the agreement allows; the others are not even read.
async fn elements(tx: &mut Tx, agency: &Agency, from: &Numbered) -> Outcome<Change> {
    let allowed = |element| agency.terms.elements.allow(element);
    let mut change = Change {
        id: parsed16(from.id.to_vec())?,
        kind: allowed(Element::Kind).then_some(from.kind),
        what: allowed(Element::Change).then_some((what(from.change), from.at)),
        ..Change::default()
    };
    if allowed(Element::DocumentId) {
        change.document = Some(parsed16(from.document.to_vec())?);
    }
    let inside = [Element::DocumentNumber, Element::Status, Element::IssueDate];
    if !inside.into_iter().any(allowed) {
        return Ok(change);
    }
    let document = documents::by_id(tx, from.document).await?;
    let document = document.ok_or(Failure::Row("changes.document"))?;
    if allowed(Element::DocumentNumber) {
        let facts = Facts::of(&document.claims).ok_or(Failure::Row("documents.claims"))?;
        change.number = facts.number;
    }
    if allowed(Element::Status) {
        let list = status_lists::by_id(tx, document.place.list).await?;
        change.status = Some((list.uri, document.place.index));
    }
    if allowed(Element::IssueDate) {
        change.issued = Some(document.issued);
    }
    Ok(change)
}

fn parsed16(bytes: Vec<u8>) -> Outcome<[u8; 16]> {
    bytes.try_into().map_err(|_| Failure::Row("changes.id"))
}

fn what(change: DocumentChange) -> What {
    match change {
        DocumentChange::Issued => What::Issued,
        DocumentChange::Suspended => What::Suspended,
        DocumentChange::Reinstated => What::Reinstated,
        DocumentChange::Revoked => What::Revoked,
        DocumentChange::Superseded => What::Superseded,
    }
}

/// What an agency that asks is given.
pub struct Pulled {
    /// The signed batch; none where nothing is for it.
    pub batch: Option<Vec<u8>>,
    /// Where to go on; none where there was nothing at all yet.
    pub next: Option<ChangeId>,
    /// Whether to go on at once.
    pub more: bool,
}

/// The agency that a token belongs to, whatever became of its agreement.
pub async fn agency_of(tx: &mut Tx, token: &AgencyToken) -> Outcome<Option<Agency>> {
    let agency = agencies::by_id(tx, token.agency()).await?;
    // An unknown id is compared too, so that both answers take the same steps.
    let hash = match agency.as_ref().map(|a| &a.mode) {
        Some(Mode::Pull { token_hash }) => *token_hash,
        Some(Mode::Webhook { .. }) | None => [0; 32],
    };
    let fits = token.fits(&hash);
    Ok(agency.filter(|_| fits))
}

/// Hands an agency what comes after `cursor`, and counts it, in one transaction: who was cut off gets nothing.
///
/// # Errors
/// [`Failure::NotFound`] where the token is nobody's, [`Failure::Agreement`] where its agreement does not stand now.
pub async fn pull(
    service: &Service,
    token: &AgencyToken,
    cursor: Option<ChangeId>,
) -> Outcome<Pulled> {
    let mut tx = service.db.begin().await?;
    let agency = agency_of(&mut tx, token).await?;
    let agency = agency.ok_or(Failure::NotFound(Thing::Agency))?;
    let now = service.clock.now();
    agency.terms.stand(now).map_err(Failure::Agreement)?;
    let after = match cursor {
        None => agency.start,
        Some(id) => {
            let number = changes::number_of(&mut tx, id).await?;
            let unknown = || Failure::field("cursor", "must be `ikd-cursor` of an earlier answer");
            number.ok_or_else(unknown)?.max(agency.start)
        }
    };
    let last = told::number(service, &mut tx, &mut Chance::System).await?;
    let part = part(&mut tx, &agency, after, last).await?;
    let batch = match part.changes.len() {
        0 => None,
        _ => Some(sign(service, &mut tx, &agency, &part).await?),
    };
    let half = half_year(now);
    agency_usage::count(&mut tx, agency.id, &half, (1, 0), part.changes.len(), now).await?;
    tx.commit().await?;
    Ok(Pulled {
        batch,
        next: part.end.map(|(_, id)| id).or(cursor),
        more: part.more,
    })
}
