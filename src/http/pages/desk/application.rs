//! An application as an officer sees it: what was answered and attached, beside what the register says.

use super::visit::Visit;
use super::words;
use crate::applications::{self, approve, sight};
use crate::attachments;
use crate::domain::application::{Late, Stage};
use crate::domain::ids::{ApplicationId, AttachmentId};
use crate::domain::person::Person;
use crate::domain::rights::Act;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::apply::inputs::{self, Shape};
use crate::http::pages::apply::{answered, attach};
use crate::http::pages::{Frame, page_with};
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::store::officers;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use credential::kinds::From;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/application.html")]
struct Shown {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    number: String,
    word: &'static str,
    tone: &'static str,
    received: String,
    due: String,
    overdue: bool,
    late: bool,
    note: Option<String>,
    answers: Vec<Answered>,
    files: Vec<File>,
    register: Vec<(String, String)>,
    family: Vec<(String, String, String)>,
    outside: bool,
    preview: Vec<(String, String)>,
    hindrance: Option<String>,
    events: Vec<Moment>,
    steps: Vec<Button>,
    office_inputs: Vec<inputs::Group>,
    version: i64,
    document: Option<String>,
    previous: Option<String>,
    visit: Option<Visit>,
    wrong: Option<String>,
}

/// An answer beside what the register has for it.
struct Answered {
    label: String,
    text: String,
}

struct File {
    label: String,
    address: String,
    is_picture: bool,
    size: String,
}

struct Moment {
    title: &'static str,
    when: String,
    who: String,
    note: String,
}

struct Button {
    act: &'static str,
    label: &'static str,
    needs_note: bool,
    hands_over: bool,
    danger: bool,
    primary: bool,
}

pub(super) fn id(text: &str) -> Result<ApplicationId, Problem> {
    ApplicationId::parse(text).map_err(|_| Failure::NotFound(Thing::Application).into())
}

/// `/petugas/permohonan/{id}`
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    officer: SignedIn,
    frame: Frame,
) -> Answer {
    render(&app, &officer, frame, id(&text)?, None).await
}

pub(super) async fn render(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    id: ApplicationId,
    wrong: Option<String>,
) -> Answer {
    let service = &app.service;
    let mut tx = service.db.read().await?;
    let seen = sight::read(service, &mut tx, officer.actor, id).await?;
    let register = sight::register(service, &mut tx, &seen).await?;
    let files = attachments::list(&mut tx, id).await?;
    let (a, calendar, now) = (
        &seen.case.application,
        &seen.case.calendar,
        service.clock.now(),
    );
    let frame = frame.titled("Permohonan", "Application");
    let acts = applications::acts(officer.actor, a, &seen.case.policy);
    let (preview, hindrance) = match a.state.finished() {
        Some(_) => (Vec::new(), None),
        None => match approve::preview(service, &mut tx, a).await {
            Ok(order) => (
                credential::document::rows(&order.content.document, frame.lang)
                    .into_iter()
                    .map(|row| (row.label.to_string(), row.text))
                    .collect(),
                None,
            ),
            Err(failure) => (Vec::new(), Some(hindrance(&frame, &failure))),
        },
    };
    let mut events = Vec::new();
    let told = seen.events.iter().rev();
    // While a draft is filled in every page is a change; nobody at the office needs to read that.
    for event in told.filter(|e| e.stage != Stage::Draft) {
        let who = match crate::domain::ids::OfficerId::parse(&event.actor) {
            Ok(id) => officers::by_id(&mut tx, id)
                .await?
                .map(|o| o.name)
                .unwrap_or_default(),
            Err(_) if event.actor == "local" => frame.t("sistem", "system").to_string(),
            Err(_) => frame.t("pemohon", "applicant").to_string(),
        };
        events.push(Moment {
            title: frame.say(&words::act(&event.act)),
            when: words::moment(frame.lang, event.at, calendar),
            note: event.note.clone().unwrap_or_default(),
            who,
        });
    }
    let visit = Visit::of(&frame, &mut tx, &seen, &acts).await?;
    let (word, tone) = words::stage(a.state.stage());
    let (due, overdue) = words::due(&frame, a, calendar, now);
    let receipt = a.state.receipt();
    let office_inputs = match acts.contains(&Act::Complete) {
        true => a
            .kind
            .fields
            .iter()
            .filter(|used| used.from == From::Office)
            .flat_map(|used| {
                let text = seen.dossier.answers.get(used.field.name);
                let text = text.map(String::as_str).unwrap_or_default();
                inputs::of(&frame, used.field, used.label(), false, text)
            })
            .collect(),
        false => Vec::new(),
    };
    let view = Shown {
        id: id.to_string(),
        kind_name: frame.say(&a.kind.name),
        number: receipt
            .map(|r| r.registration.to_string())
            .unwrap_or_default(),
        word: frame.say(&word),
        tone,
        received: receipt
            .map(|r| words::moment(frame.lang, r.at, calendar))
            .unwrap_or_default(),
        due,
        overdue,
        late: a.late == Late::Pending,
        note: a.state.note().map(str::to_string),
        answers: answered(&frame, &seen)
            .into_iter()
            .map(|(label, text)| Answered { label, text })
            .collect(),
        files: files
            .iter()
            .map(|file| {
                let named = a
                    .kind
                    .filing
                    .attachments
                    .iter()
                    .find(|x| x.slug == file.slug);
                File {
                    label: named
                        .map(|x| frame.say(&x.label))
                        .unwrap_or(&file.slug)
                        .to_string(),
                    address: format!("/petugas/permohonan/{id}/berkas/{}", file.id),
                    is_picture: file.media_type.starts_with("image/"),
                    size: inputs::size_text(file.size),
                }
            })
            .collect(),
        register: register
            .subject
            .as_ref()
            .map(|p| facts(&frame, p))
            .unwrap_or_default(),
        family: register
            .family
            .iter()
            .map(|p| relative(&frame, p))
            .collect(),
        outside: register.subject.is_none(),
        preview,
        hindrance,
        events,
        steps: acts.iter().filter_map(|act| button(&frame, *act)).collect(),
        office_inputs,
        version: seen.dossier.version,
        document: a.state.finished().map(|f| f.document.to_string()),
        previous: a.previous.map(|p| p.to_string()),
        visit,
        wrong,
        frame,
    };
    let status = match view.wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Ok(page_with(status, &view.frame, &view))
}

fn button(frame: &Frame, act: Act) -> Option<Button> {
    let skip = matches!(
        act,
        Act::View
            | Act::Edit
            | Act::Submit
            | Act::Discard
            | Act::Cancel
            | Act::Complete
            | Act::Book
            | Act::Unbook
            | Act::Attend
            | Act::Miss
    );
    (!skip).then(|| Button {
        act: act.name(),
        label: frame.say(&words::button(act)),
        needs_note: matches!(act, Act::AskCorrection | Act::Constrain | Act::Reject),
        hands_over: act == Act::HandOver,
        danger: act == Act::Reject,
        primary: matches!(
            act,
            Act::Take | Act::Pass | Act::Approve | Act::HandOver | Act::Release
        ),
    })
}

/// Why the document could not be issued as things are, for the officer.
pub(super) fn hindrance(frame: &Frame, failure: &Failure) -> String {
    match failure {
        Failure::NotFound(Thing::Person) => frame
            .t(
                "NIK ini tidak ada di data penduduk wilayah kantor ini.",
                "This NIK is not in the register of this office's region.",
            )
            .to_string(),
        Failure::Altered("applications") => frame
            .t(
                "Permohonan ini diubah di luar sistem. Tidak ada yang diterbitkan; laporkan kepada pengelola.",
                "This application was changed by other means than this service. Nothing was issued; tell whoever keeps it.",
            )
            .to_string(),
        Failure::Altered(_) => frame
            .t(
                "Data penduduk ini diubah di luar sistem. Tidak ada yang diterbitkan; laporkan kepada pengelola.",
                "This person's data were changed by other means than this service. Nothing was issued; tell whoever keeps it.",
            )
            .to_string(),
        Failure::NotEntitled(rule) => format!(
            "{}: {rule}",
            frame.t("Tidak memenuhi syarat", "Not entitled")
        ),
        Failure::NotADocument(rule) => format!(
            "{}: {rule}",
            frame.t("Data belum lengkap", "Data incomplete")
        ),
        Failure::Invalid(errors) => errors
            .iter()
            .map(|e| format!("{}: {}", e.field, e.reason))
            .collect::<Vec<_>>()
            .join("; "),
        Failure::Ending(refused) => {
            let label = refused.field().label;
            format!("{}: {}", frame.say(&label), refused.words(frame.lang))
        }
        Failure::OutsideRegion => frame
            .t(
                "Di luar wilayah kantor ini.",
                "Outside this office's region.",
            )
            .to_string(),
        other => format!(
            "{}: {}",
            frame.t("Belum dapat diterbitkan", "Cannot be issued yet"),
            other.hint()
        ),
    }
}

fn code(frame: &Frame, list: &'static credential::codes::CodeList, code: u8) -> String {
    let text = list.text(u64::from(code));
    text.map(|t| frame.say(&t).to_string())
        .unwrap_or_else(|| code.to_string())
}

fn facts(frame: &Frame, p: &Person) -> Vec<(String, String)> {
    use credential::codes as c;
    let line = |id: &str, en: &str, value: String| (frame.t(id, en).to_string(), value);
    vec![
        line("NIK", "NIK", p.nik.to_string()),
        line("Nama", "Name", p.nama.clone()),
        line(
            "Tempat, tanggal lahir",
            "Born",
            format!("{}, {}", p.tempat_lahir, p.tanggal_lahir.printed()),
        ),
        line(
            "Jenis kelamin",
            "Sex",
            code(frame, &c::GENDER, p.jenis_kelamin),
        ),
        line("Agama", "Religion", code(frame, &c::RELIGION, p.agama)),
        line(
            "Status perkawinan",
            "Marital status",
            code(frame, &c::MARITAL_STATUS, p.status_perkawinan),
        ),
        line(
            "Pekerjaan",
            "Occupation",
            code(frame, &c::OCCUPATION, p.pekerjaan),
        ),
        line("Nomor KK", "KK number", p.nomor_kk.to_string()),
        line(
            "Alamat",
            "Address",
            format!(
                "{}, RT {:03}/RW {:03}, {}, {}",
                p.alamat, p.rt, p.rw, p.kelurahan, p.kecamatan
            ),
        ),
        line("Ayah", "Father", p.ayah.clone().unwrap_or_default()),
        line("Ibu", "Mother", p.ibu.clone().unwrap_or_default()),
    ]
}

fn relative(frame: &Frame, p: &Person) -> (String, String, String) {
    (
        p.nama.clone(),
        code(frame, &credential::codes::FAMILY_RELATION, p.shdk),
        p.tanggal_lahir.printed(),
    )
}

/// An attachment, for an officer of the application's office.
pub async fn file(
    State(app): State<Shared>,
    Path((text, attachment)): Path<(String, String)>,
    officer: SignedIn,
) -> Answer {
    let missing = || Problem::from(Failure::NotFound(Thing::Attachment));
    let attachment = AttachmentId::parse(&attachment).map_err(|_| missing())?;
    let mut tx = app.service.db.read().await?;
    let (found, bytes) =
        attachments::open(&app.service, &mut tx, officer.actor, id(&text)?, attachment).await?;
    Ok(attach::file(&found.media_type, bytes))
}
