//! Revoking, suspending, reinstating, superseding: one change of a document's state.

use crate::chance::Chance;
use crate::domain::document::{Change, Document};
use crate::domain::ids::{DocumentId, MandateId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::mandates;
use crate::outbox::{self, Event};
use crate::record::{Act, record};
use crate::service::Service;
use crate::status::{self, Public, Touched};
use crate::store::{Tx, documents, keys};
use crate::throttle::{self, Rule};
use crate::wallet;

/// Most characters of a reason.
pub const REASON_MAX: usize = 200;

/// A reason as it is stored: one line of 1 to 200 characters.
pub fn parse_reason(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("must say why"),
        1..=REASON_MAX if !text.chars().any(char::is_control) => Ok(text.to_string()),
        1..=REASON_MAX => Err("must be one line of text"),
        _ => Err("has more than 200 characters"),
    }
}

/// Changes a document's state and publishes it. An officer ends so many in a day as `[limits] revokes_per_day` says, and
/// more only with a mandate of two people; the machine's keeper as many as they like. Returns the document as it is now,
/// and whether everybody can know it.
pub async fn change(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: DocumentId,
    change: Change,
    reason: &str,
) -> Outcome<(Document, Public)> {
    let reason = parse_reason(reason).map_err(|rule| Failure::field("reason", rule))?;
    let mut tx = service.db.begin().await?;
    let document = visible(&mut tx, actor, id).await?;
    if !actor.may_sign() {
        return Err(Failure::Role);
    }
    let mut leave = None;
    if let (Some((officer, _)), false) = (actor.officer(), matches!(change, Change::Reinstate)) {
        // One account ends no more alone, whatever it is asked by whoever holds it; what is refused counts nothing.
        let rule = Rule {
            name: "documents ended by an officer",
            max: service.config.limits.revokes_per_day,
            per_seconds: 86_400,
        };
        match throttle::count(service, &mut tx, &rule, officer.as_bytes()).await {
            Err(Failure::TooMany { .. }) => {
                leave = Some(mandates::end_one(service, &mut tx, document.office).await?);
            }
            counted => counted?,
        }
    }
    if let Change::Supersede { by: Some(by) } = change {
        replacement(&mut tx, &document, by).await?;
    }
    let why = Why {
        reason: &reason,
        leave,
    };
    let touched = apply(service, &mut tx, chance, actor, document, &change, why).await?;
    let document = visible(&mut tx, actor, id).await?;
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // Whoever is told that it is revoked finds it in the public list.
    let public = status::settle(service, touched).await;
    metrics::counter!("ikd_documents_changed_total", "action" => change.action()).increment(1);
    Ok((document, public))
}

/// A document that the actor may see; another office's does not exist for them.
pub async fn visible(tx: &mut Tx, actor: Actor, id: DocumentId) -> Outcome<Document> {
    let document = documents::by_id(tx, id).await?;
    let visible = document.filter(|d| actor.acts_for(d.office));
    visible.ok_or(Failure::NotFound(Thing::Document))
}

/// The newer document must be one of the same kind about the same person or family.
async fn replacement(tx: &mut Tx, old: &Document, by: DocumentId) -> Outcome<()> {
    let newer = documents::by_id(tx, by).await?;
    let fits = newer.is_some_and(|newer| {
        newer.id != old.id
            && newer.kind == old.kind
            && newer.subject == old.subject
            && newer.state.signed().is_some()
    });
    if !fits {
        return Err(Failure::field(
            "by",
            "must be a newer document of the same kind and person",
        ));
    }
    Ok(())
}

/// Why a document changes.
#[derive(Debug, Clone, Copy)]
pub struct Why<'r> {
    /// In words, as [`parse_reason`] takes them.
    pub reason: &'r str,
    /// The mandate of two people that gave leave; none: it took none.
    pub leave: Option<MandateId>,
}

impl<'r> From<&'r str> for Why<'r> {
    fn from(reason: &'r str) -> Self {
        Self {
            reason,
            leave: None,
        }
    }
}

/// The change itself, inside the caller's transaction. Returns the lists that the caller has to mark and to settle.
pub async fn apply(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    document: Document,
    change: &Change,
    why: Why<'_>,
) -> Outcome<Touched> {
    if *change == Change::Reinstate && keys::is_compromised(tx, document.kid).await? {
        return Err(Failure::field(
            "document",
            "was signed by a key that was stolen: issue it anew",
        ));
    }
    let from = document.state.name();
    let changed = document.change(change, why.reason.to_string(), service.clock.now());
    let changed = changed.map_err(|e| Failure::WrongState(e.0))?;
    documents::change(tx, from, &changed).await?;
    outbox::event(service, tx, chance, Event::of(&changed, change.into())).await?;
    let mut touched = Touched::one(changed.place.list);
    touched.join(wallet::follow(tx, &changed).await?);
    let act = Act {
        office: Some(changed.office),
        document: Some(changed.id),
        content: Some(why.reason.as_bytes()),
        detail: why.leave.map(|id| format!("mandate {id}")),
        ..Act::new(change.action())
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(touched)
}
