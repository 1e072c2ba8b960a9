//! A document's columns against what is signed: what they say is what its claims say, so that nobody finds a document
//! under another person, number, office or time than it is of.

use super::documents::place;
use super::{PAGE, Report};
use crate::domain::document::{Document, Ecc};
use crate::domain::ids::{ListId, OfficeId};
use crate::failure::Outcome;
use crate::issue::size;
use crate::lint::{self, For, What};
use crate::service::Service;
use crate::store::offices::Office;
use crate::store::{Tx, documents, keys, offices};
use credential::claims::Claims;
use credential::ids::KeyId;
use credential::kinds::{InForce, Subject};
use std::collections::HashMap;

/// What documents are held against.
pub(super) struct Known {
    pub offices: HashMap<OfficeId, Office>,
    /// Whose each key is.
    pub keys: HashMap<KeyId, Option<OfficeId>>,
}

impl Known {
    pub async fn read(tx: &mut Tx) -> Outcome<Self> {
        let offices = offices::all(tx).await?;
        let keys = keys::all(tx).await?;
        Ok(Self {
            offices: offices
                .into_iter()
                .map(|office| (office.id, office))
                .collect(),
            keys: keys.into_iter().map(|key| (key.kid, key.office)).collect(),
        })
    }
}

/// `uris` are the names of status lists; `alone`: whether the row says that a person has one of them at a time.
pub(super) fn verify(
    document: &Document,
    known: &Known,
    uris: &HashMap<ListId, String>,
    alone: Option<bool>,
    report: &mut Report,
) {
    let mut fault = |what: &str| report.fault(place(document.id), what);
    let office = known.offices.get(&document.office);
    let uri = uris.get(&document.place.list);
    let (Some(office), Some(uri)) = (office, uri) else {
        fault("has no office, or no status list");
        return;
    };
    let under = For {
        kind: document.kind,
        iss: office.iss.as_str(),
        region: office.region.as_str(),
        uri,
        index: document.place.index,
        issued: document.issued,
        expires: document.expires,
        what: What::Document(document.subject, document.number.as_deref()),
    };
    if !lint::is_for(&document.claims, &under) {
        fault("its columns are not what its claims say");
    }
    if document.core_only != is_core_only(document) {
        fault("it says of its members' columns something else than its claims");
    }
    if known.keys.get(&document.kid) != Some(&Some(document.office)) {
        fault("is under the key of another office");
    }
    let signed = document.state.signed();
    if let Some(signed) = signed
        && size::ecc_of(signed.text.len()).ok().map(Ecc::name) != Some(signed.ecc.name())
    {
        fault("its symbol has another error correction, or is none");
    }
    if alone != Some(document.kind.in_force == InForce::One) {
        fault("another number of it may be in force than its kind says");
    }
}

/// Whether its claims leave columns of a family's members out (key 82); of no other kind's are there any.
fn is_core_only(document: &Document) -> bool {
    let family = document.kind.subject == Subject::Family;
    let claims = family
        .then(|| Claims::of_own(&document.claims).ok())
        .flatten();
    claims.is_some_and(|claims| claims.document().is_some_and(|said| said.is_core_only()))
}

/// What was issued for an application says so itself.
pub(super) async fn applications(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut after = None;
    loop {
        let mut tx = service.db.read().await?;
        let page = documents::mistaken(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for id in page {
            report.fault(
                format!("application {id}"),
                "its document was not issued for it",
            );
        }
    }
}
