//! Composing, signing and judging a group: pure computing, on a thread of its own.

use super::Waiting;
use super::orders::Placed;
use super::stock::Slot;
use crate::chance::Chance;
use crate::clock::{Clock, Stopwatch};
use crate::domain::document::{Document, Place, Signed, State};
use crate::domain::ids::DocumentId;
use crate::failure::{Failure, Outcome};
use crate::issue::desk::Desk;
use crate::issue::size::{self, Sizing};
use crate::keys::PATIENCE;
use crate::lint::{self, For, What};
use credential::changes::issue::Facts;
use credential::status_source::{Lookup, StatusSource};
use credential::token::pack;
use credential::{Policy, Reason, verify_batch};
use std::sync::Arc;

/// A document to be composed.
pub struct Draft {
    /// Whose, and what.
    pub order: Placed,
    /// Where its status will stand.
    pub slot: Slot,
    /// With what it is issued.
    pub desk: Arc<Desk>,
}

/// A document that a bank would take.
pub struct Sealed {
    /// Who waits for it.
    pub waiting: Waiting,
    /// The document, active.
    pub document: Document,
    /// What was signed.
    pub token: Vec<u8>,
    /// Its place.
    pub slot: Slot,
    /// Kode wilayah without dots, of what agencies hear about it.
    pub region: String,
}

/// The published lists of all desks of a group.
struct Lists<'a>(&'a [Arc<Desk>]);

impl StatusSource for Lists<'_> {
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        let found = self
            .0
            .iter()
            .map(|desk| desk.statuses.status(iss, uri, index));
        let mut found = found.filter(|found| *found != Lookup::NoList);
        found.next().unwrap_or(Lookup::NoList)
    }
}

/// Composes, signs and judges. Who gets no green document is let go.
pub fn seal(drafts: Vec<Draft>, clock: &Clock, chance: &mut Chance, now: i64) -> Vec<Sealed> {
    let mut desks: Vec<Arc<Desk>> = Vec::new();
    let mut sealed = Vec::with_capacity(drafts.len());
    let watch = Stopwatch::start();
    for draft in drafts {
        // A device may be slow: who is left goes on alone, and what is signed is not thrown away.
        if watch.elapsed() > PATIENCE / 2 {
            break;
        }
        if !desks.iter().any(|desk| Arc::ptr_eq(desk, &draft.desk)) {
            desks.push(Arc::clone(&draft.desk));
        }
        let id = DocumentId::draw(clock, chance);
        if let Ok(one) = one(draft, id, now, chance) {
            sealed.push(one);
        }
    }
    let Some(trust) = desks.first().map(|desk| Arc::clone(&desk.trust)) else {
        return Vec::new();
    };
    let texts: Vec<&str> = sealed
        .iter()
        .filter_map(|one| one.document.state.signed())
        .map(|signed| signed.text.as_str())
        .collect();
    let verdicts = verify_batch(&texts, &trust, &Lists(&desks), now, &Policy::default());
    let judged = sealed.into_iter().zip(verdicts);
    let green = judged.filter(|(_, verdict)| verdict.reason() == Reason::Valid);
    green.map(|(one, _)| one).collect()
}

fn one(draft: Draft, id: DocumentId, now: i64, chance: &mut Chance) -> Outcome<Sealed> {
    let Draft { order, slot, desk } = draft;
    let Placed { waiting, order } = order;
    let index = desk.order.index(slot.place);
    let sizing = Sizing {
        kid: desk.key.kid,
        iss: desk.office.iss.as_str(),
        uri: &slot.held.places.uri,
        index,
        iat: now,
        holder: None,
    };
    let (claims, core_only) = sizing.fit(order.content.document, order.content.expires, chance)?;
    let under = For {
        kind: order.kind,
        iss: desk.office.iss.as_str(),
        region: desk.office.region.as_str(),
        uri: &slot.held.places.uri,
        index,
        issued: now,
        expires: claims.expires,
        what: What::Document(order.subject, order.number.as_deref()),
    };
    let passed = lint::examine(claims.payload, &under)?;
    let unsigned = passed.unsigned(desk.key.kid);
    let signature = desk.signer.sign(&unsigned.to_be_signed())?;
    let token = unsigned.into_token(&signature);
    if !passed.is_in(&token, desk.key.kid) {
        return Err(Failure::Row("documents.claims"));
    }
    let text = pack(&token);
    let ecc = size::ecc_of(text.len())?;
    let facts = Facts::of(passed.payload()).ok_or(Failure::Row("documents.claims"))?;
    let document = Document {
        id,
        kind: order.kind,
        subject: order.subject,
        office: desk.office.id,
        place: Place {
            list: desk.list,
            index,
        },
        issued: now,
        expires: claims.expires,
        kid: desk.key.kid,
        claims: passed.payload().to_vec(),
        core_only,
        number: order.number,
        application: order.application,
        state: State::Issuing,
        since: now,
    };
    let document = document.activate(Signed { text, ecc }, now);
    Ok(Sealed {
        waiting,
        document: document.map_err(|e| Failure::WrongState(e.0))?,
        token,
        slot,
        region: facts
            .region
            .unwrap_or_else(|| desk.office.region.as_str().to_string()),
    })
}
