//! The account: its documents, its family, itself.

use super::super::Frame;
use super::shown;
use crate::accounts::{self, Held, Owner};
use crate::domain::ids::DocumentId;
use crate::domain::kinship;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome, Thing};
use crate::http::Shared;
use crate::http::citizen::Citizen;
use crate::http::pages::apply::pdf_file;
use crate::http::problem::Problem;
use crate::print;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use credential::codes::FAMILY_RELATION;
use credential::date::Date;

/// A document as the page shows it.
struct Line {
    /// For its address; empty where there is nothing to keep: it is suspended or has expired.
    id: String,
    name: &'static str,
    owner: String,
    tone: &'static str,
    state: &'static str,
    issued: String,
    until: String,
}

/// Somebody in the family as the page shows them.
struct Relative {
    name: String,
    relation: &'static str,
    born: String,
    /// Whether the account acts for them.
    acts: bool,
    you: bool,
}

#[derive(Template)]
#[template(path = "akun/akun.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    contact: String,
    /// What was just done, or empty.
    done: &'static str,
    documents: Vec<Line>,
    family: Vec<Relative>,
}

/// `GET /akun`
pub(super) async fn show(
    State(app): State<Shared>,
    citizen: Citizen,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut tx = app.service.db.read().await?;
    let holder = accounts::holder(&app.service, &mut tx, citizen.account).await?;
    let holder = holder.ok_or_else(Problem::sign_in_needed)?;
    let members = accounts::family(&app.service, &mut tx, citizen.account).await?;
    let held = accounts::documents(&app.service, &mut tx, citizen.account).await?;
    let now = app.service.clock.now();
    let today = Date::at_wib(now).unwrap_or(holder.person.tanggal_lahir);
    let contact: Outcome<_> = accounts::contact_of(&app.service, &holder.account);
    let frame = frame.titled("Akun saya", "My account");
    let page = AccountPage {
        name: holder.person.nama.clone(),
        contact: contact?.masked(),
        done: done(&frame, query.as_deref().unwrap_or_default()),
        documents: held
            .iter()
            .map(|h| line(&frame, h, &members, now))
            .collect(),
        family: members
            .iter()
            .map(|m| relative(&frame, &holder.person, m, today))
            .collect(),
        frame,
    };
    Ok(shown(StatusCode::OK, &page.frame, &page))
}

/// `GET /akun/dokumen/{id}`: the PDF of a document that the account may see.
pub(super) async fn download(
    State(app): State<Shared>,
    citizen: Citizen,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let missing = || Problem::from(Failure::NotFound(Thing::Document));
    let id = DocumentId::parse(&text).map_err(|_| missing())?;
    let mut tx = app.service.db.read().await?;
    let found = accounts::may_see(&app.service, &mut tx, citizen.account, id).await?;
    let document = found.ok_or_else(missing)?;
    let bytes = print::pdf(&app.service, &mut tx, &document).await?;
    Ok(pdf_file(document.kind.slug, bytes))
}

fn done(frame: &Frame, query: &str) -> &'static str {
    let has = |wanted: &str| query.split('&').any(|pair| pair == wanted);
    let (id, en) = match () {
        () if has("pesan=baru") => ("Akun Anda sudah dibuka.", "Your account is open."),
        () if has("pesan=kontak") => (
            "Alamat akun sudah diganti.",
            "The address of the account was changed.",
        ),
        () => ("", ""),
    };
    if frame.html_lang() == "id" { id } else { en }
}

fn line(frame: &Frame, held: &Held, members: &[Person], now: i64) -> Line {
    let d = &held.document;
    let (tone, id, en) = match held.standing(now) {
        "active" => ("good", "Berlaku", "In force"),
        "suspended" => ("warn", "Dibekukan sementara", "Suspended"),
        _ => ("grey", "Habis masa berlakunya", "Expired"),
    };
    let printed = |at| Date::at_wib(at).map(Date::printed).unwrap_or_default();
    let whole = frame.t("Seluruh keluarga", "The whole family").to_string();
    let kept = match held.standing(now) {
        "active" => d.id.to_string(),
        _ => String::new(),
    };
    Line {
        id: kept,
        name: frame.say(&d.kind.name),
        owner: match held.owner {
            Owner::Family => whole,
            Owner::Member(place) => members
                .get(place)
                .map(|p| p.nama.clone())
                .unwrap_or_default(),
        },
        tone,
        state: if frame.html_lang() == "id" { id } else { en },
        issued: printed(d.issued),
        until: d.expires.map(printed).unwrap_or_default(),
    }
}

fn relative(frame: &Frame, me: &Person, member: &Person, today: Date) -> Relative {
    let relation = FAMILY_RELATION.text(u64::from(member.shdk));
    Relative {
        name: member.nama.clone(),
        relation: relation.map_or("", |text| text.get(frame.lang)),
        born: member.tanggal_lahir.printed(),
        acts: kinship::may_act_for(me, member, today).acts(),
        you: me.nik == member.nik,
    }
}
