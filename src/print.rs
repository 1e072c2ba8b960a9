//! Printing: an issued document, made from its signed text and only while that still verifies; and the receipt of an
//! application.

use crate::applications::Case;
use crate::domain::application::Due;
use crate::domain::document::Document;
use crate::failure::{Failure, Outcome, Thing};
use crate::render::pdf;
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
    let head = pdf::OfficeHead {
        name: &office.name,
        address: None,
        head: None,
    };
    pdf::print(&credential.claims(), &signed.text, signed.ecc.into(), &head).map_err(Failure::Print)
}

/// The receipt of an application as a PDF. The code is not on it: it is shown once, when the application is handed in.
///
/// # Errors
/// [`Failure::NotFound`] for a draft.
pub async fn receipt(tx: &mut Tx, case: &Case) -> Outcome<Vec<u8>> {
    let a = &case.application;
    let receipt = a.state.receipt();
    let receipt = receipt.ok_or(Failure::NotFound(Thing::Application))?;
    let office = offices::by_id(tx, a.office).await?;
    let office = office.ok_or(Failure::NotFound(Thing::Office))?;
    let due = match a.due {
        Due::Running(at) => Some(format!("paling lambat {}", case.calendar.day(at).printed())),
        _ => None,
    };
    let mut steps = vec![
        step("Petugas memeriksa berkas Anda", due.as_deref()),
        step(
            "Kalau ada yang kurang, kami beri tahu; Anda perbaiki di halaman yang sama",
            None,
        ),
        step(
            "Setelah disetujui, dokumen dapat diunduh. Dokumen asli diperlihatkan saat mengambil",
            None,
        ),
    ];
    if a.kind.filing.in_person {
        steps.insert(0, step("Datang ke kantor untuk foto dan sidik jari", None));
    }
    let head = pdf::OfficeHead {
        name: &office.name,
        address: None,
        head: None,
    };
    let receipt = pdf::Receipt {
        registration: &receipt.registration,
        code: None,
        kind: a.kind,
        office: &head,
        filed: case.calendar.day(receipt.at),
        steps: &steps,
    };
    pdf::receipt(&receipt).map_err(Failure::Print)
}

fn step<'a>(text: &'a str, when: Option<&'a str>) -> pdf::Step<'a> {
    pdf::Step { text, when }
}
