//! Documents of the office: found by NIK or printed number, shown, printed, suspended, revoked, superseded.

use super::words;
use crate::domain::document::{Change, Document, Subject};
use crate::domain::ids::DocumentId;
use crate::failure::{Failure, Outcome, Thing, unless_altered};
use crate::http::Shared;
use crate::http::pages::apply::pdf_file;
use crate::http::pages::apply::picture;
use crate::http::pages::{Frame, page, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::look_ups;
use crate::policies;
use crate::service::Service;
use crate::store::{Tx, documents, offices, persons, status_lists};
use crate::{print, revoke, status};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::ids::Nik;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/documents.html")]
struct Found {
    frame: Frame,
    asked: bool,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    kind: &'static str,
    number: String,
    issued: String,
    word: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "desk/document.html")]
struct One {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    number: String,
    issued: String,
    expires: String,
    word: &'static str,
    tone: &'static str,
    reason: String,
    by: String,
    application: String,
    printable: bool,
    changes: Vec<(&'static str, &'static str, bool)>,
    actions: Vec<(String, String)>,
    /// Its change is not public yet.
    waits: bool,
    wrong: String,
}

fn state(frame: &Frame, d: &Document) -> (&'static str, &'static str) {
    use credential::lang::Text;
    let (id, en, tone) = match d.state.name() {
        "active" => ("Berlaku", "In force", "good"),
        "suspended" => ("Dibekukan", "Suspended", "warn"),
        "superseded" => ("Diganti", "Superseded", "warn"),
        "revoked" => ("Dicabut", "Revoked", "bad"),
        _ => ("Tidak jadi terbit", "Never issued", "grey"),
    };
    (frame.say(&Text { id, en }), tone)
}

/// `/petugas/dokumen`
pub async fn ask(officer: SignedIn, frame: Frame) -> Answer {
    crate::applications::counter::office(officer.actor)?;
    let view = Found {
        frame: frame.titled("Dokumen", "Documents"),
        asked: false,
        rows: Vec::new(),
    };
    Ok(page(&view.frame, &view))
}

/// Finds by NIK or by printed number; a POST, so that no NIK stands in an address.
pub async fn find(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let office = crate::applications::counter::office(officer.actor)?;
    let text = posted.get("cari").trim().to_string();
    look_ups::count(&app.service, officer.actor).await?;
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let all = search(&app.service, &mut tx, office, &text).await?;
    let line = |d: &Document| {
        let (word, tone) = state(&frame, d);
        Line {
            href: format!("/petugas/dokumen/{}", d.id),
            kind: frame.say(&d.kind.name),
            number: d.number.clone().unwrap_or_default(),
            issued: words::day(frame.lang, calendar.day(d.issued)),
            word,
            tone,
        }
    };
    let rows = all.iter().map(line).collect();
    let view = Found {
        rows,
        asked: true,
        frame: frame.titled("Dokumen", "Documents"),
    };
    Ok(page(&view.frame, &view))
}

/// The office's own documents of a person and their family card, or the one with a number.
async fn search(
    service: &Service,
    tx: &mut Tx,
    office: crate::domain::ids::OfficeId,
    text: &str,
) -> Outcome<Vec<Document>> {
    let Ok(nik) = Nik::parse(&text.replace([' ', '.'], "")) else {
        let found = documents::by_number(tx, text).await?;
        return Ok(found.into_iter().filter(|d| d.office == office).collect());
    };
    let row = offices::by_id(tx, office).await?;
    let region = row.map(|o| o.region);
    let person = unless_altered(persons::present_or_moved(tx, &service.register(), nik).await)?;
    let person = person.filter(|p| {
        region
            .as_ref()
            .is_some_and(|r| p.kode_wilayah.lies_in(r.as_str()))
    });
    let mut found = documents::all_of(tx, office, Subject(nik.as_u64())).await?;
    if let Some(person) = person {
        found.extend(documents::all_of(tx, office, Subject(person.nomor_kk.as_u64())).await?);
    }
    Ok(found)
}

fn id(text: &str) -> Result<DocumentId, Problem> {
    DocumentId::parse(text).map_err(|_| Failure::NotFound(Thing::Document).into())
}

/// `/petugas/dokumen/{id}`
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    officer: SignedIn,
    frame: Frame,
) -> Answer {
    render(&app, &officer, frame, id(&text)?, String::new()).await
}

async fn render(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    id: DocumentId,
    wrong: String,
) -> Answer {
    let office = crate::applications::counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let d = revoke::visible(&mut tx, officer.actor, id).await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let frame = frame.titled("Dokumen", "Document");
    let (word, tone) = state(&frame, &d);
    let lines = crate::store::audit::of_document(&mut tx, id).await?;
    let list = status_lists::by_id(&mut tx, d.place.list).await?;
    let waits = d.state.is_ended() && status::is_waiting(&list, d.since);
    let may = officer.actor.may_sign();
    let changes = match (may, d.state.name()) {
        (true, "active") => vec![
            ("bekukan", frame.say(&SUSPEND), false),
            ("ganti", frame.say(&SUPERSEDE), false),
            ("cabut", frame.say(&REVOKE), true),
        ],
        (true, "suspended") => vec![
            ("pulihkan", frame.say(&REINSTATE), false),
            ("cabut", frame.say(&REVOKE), true),
        ],
        _ => Vec::new(),
    };
    let view = One {
        id: id.to_string(),
        kind_name: frame.say(&d.kind.name),
        number: d.number.clone().unwrap_or_default(),
        issued: words::moment(frame.lang, d.issued, &calendar),
        expires: d
            .expires
            .map(|at| words::day(frame.lang, calendar.day(at)))
            .unwrap_or_default(),
        word,
        tone,
        reason: d.state.reason().unwrap_or_default().to_string(),
        by: d
            .state
            .superseded_by()
            .map(|by| by.to_string())
            .unwrap_or_default(),
        application: d.application.map(|a| a.to_string()).unwrap_or_default(),
        printable: d.state.name() == "active",
        changes,
        actions: lines
            .into_iter()
            .map(|(at, action)| (words::moment(frame.lang, at, &calendar), action))
            .collect(),
        waits,
        wrong,
        frame,
    };
    let status = match view.wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page_with(status, &view.frame, &view))
}

use credential::lang::Text;
const SUSPEND: Text = Text {
    id: "Bekukan sementara",
    en: "Suspend",
};
const SUPERSEDE: Text = Text {
    id: "Tandai sudah diganti",
    en: "Mark as superseded",
};
const REVOKE: Text = Text {
    id: "Cabut untuk selamanya",
    en: "Revoke for good",
};
const REINSTATE: Text = Text {
    id: "Pulihkan",
    en: "Reinstate",
};

/// Changes a document's state, with a reason.
pub async fn change(
    State(app): State<Shared>,
    Path((text, change)): Path<(String, String)>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let change = match change.as_str() {
        "bekukan" => Change::Suspend,
        "pulihkan" => Change::Reinstate,
        "ganti" => Change::Supersede { by: None },
        "cabut" => Change::Revoke,
        _ => return Err(Problem::of_status(StatusCode::NOT_FOUND)),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let done = revoke::change(
        service,
        chance,
        officer.actor,
        id,
        change,
        posted.get("alasan"),
    )
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/petugas/dokumen/{id}")).into_response()),
        Err(Failure::Invalid(_)) => {
            let wrong = frame.t(
                "alasan harus diisi, paling banyak 200 huruf.",
                "a reason is needed, at most 200 letters.",
            );
            let wrong = wrong.to_string();
            render(&app, &officer, frame, id, wrong).await
        }
        Err(Failure::WrongState(_) | Failure::Changed) => {
            let wrong = frame
                .t("keadaannya sudah berubah.", "its state has changed.")
                .to_string();
            render(&app, &officer, frame, id, wrong).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The document as a PDF.
pub async fn pdf(State(app): State<Shared>, Path(text): Path<String>, officer: SignedIn) -> Answer {
    crate::applications::counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let d = revoke::visible(&mut tx, officer.actor, id(&text)?).await?;
    let bytes = print::pdf(&app.service, &mut tx, &d).await?;
    Ok(pdf_file(d.kind.slug, bytes))
}

/// The document's QR.
pub async fn qr(State(app): State<Shared>, Path(text): Path<String>, officer: SignedIn) -> Answer {
    crate::applications::counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let d = revoke::visible(&mut tx, officer.actor, id(&text)?).await?;
    let signed = d.state.signed().ok_or(Failure::NotFound(Thing::Document))?;
    picture(&signed.text)
}
