//! Printing an issued document: its PDF is made from the signed text, and only from a text that still verifies.

use crate::domain::document::{Document, Ecc};
use crate::failure::{Failure, Outcome, Thing};
use crate::render::{pdf, qr};
use crate::service::Service;
use crate::store::{Tx, offices, status_lists};
use crate::trust;
use credential::Policy;
use credential::status_source::StatusLists;

/// The PDF of a document in force: A4, or card size for KTP-el and KIA.
///
/// # Errors
/// [`Failure::WrongState`] where it is not in force: a paper that scans red helps nobody.
pub async fn pdf(service: &Service, tx: &mut Tx, document: &Document) -> Outcome<Vec<u8>> {
    let signed = match document.state.name() {
        "active" => document.state.signed(),
        other => return Err(Failure::WrongState(other)),
    };
    let signed = signed.ok_or(Failure::NotFound(Thing::Document))?;
    let (_, trust) = trust::current(tx).await?;
    let mut statuses = StatusLists::default();
    if let Some(list) = status_lists::token(tx, document.place.list).await? {
        let added = statuses.add(&list, &trust);
        added.map_err(|_| Failure::NotPublishable("the status list"))?;
    }
    let office = offices::by_id(tx, document.office).await?;
    let office = office.ok_or(Failure::NotFound(Thing::Office))?;
    let now = service.clock.now();
    let verdict = credential::verify(&signed.text, &trust, &statuses, now, &Policy::default());
    let credential = verdict.credential();
    let credential = credential.ok_or(Failure::NotVerified(verdict.reason()))?;
    let ecc = match signed.ecc {
        Ecc::M => qr::Ecc::M,
        Ecc::L => qr::Ecc::L,
    };
    let head = pdf::OfficeHead {
        name: &office.name,
        address: None,
        head: None,
    };
    pdf::print(&credential.claims(), &signed.text, ecc, &head).map_err(Failure::Print)
}
