//! Beginning an application: for whom, and which office decides it.

use super::caller::{Caller, id};
use super::words;
use crate::accounts;
use crate::applications::draft;
use crate::domain::application::Application;
use crate::domain::dossier::{People, relation_name};
use crate::domain::ids::{Iss, OfficeId};
use crate::domain::kinship;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::http::Shared;
use crate::http::pages::{Choice, Frame, language_code, page};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{OldCookie, set_cookie};
use crate::policies;
use crate::sessions::{self, Principal};
use crate::store::offices::{self, Office};
use crate::store::{Tx, applications, persons};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use credential::ids::Nik;
use credential::kinds::{self, Kind, Subject};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "apply/begin.html")]
struct Begin {
    frame: Frame,
    slug: &'static str,
    /// People a citizen may apply for; empty for others.
    people: Vec<Choice>,
    /// Offices, for those who have no account.
    offices: Vec<Choice>,
}

fn kind(slug: &str) -> Result<&'static Kind, Problem> {
    kinds::by_slug(slug).ok_or_else(|| Failure::NotFound(Thing::Application).into())
}

/// `/ajukan/{slug}`
pub async fn ask(
    State(app): State<Shared>,
    Path(slug): Path<String>,
    caller: Caller,
    frame: Frame,
) -> Answer {
    let kind = kind(&slug)?;
    let mut tx = app.service.db.read().await?;
    let people = match caller.actor {
        Actor::Citizen(account) => {
            let today = today(&app)?;
            let family = accounts::family(&app.service, &mut tx, account).await?;
            let holder = accounts::holder(&app.service, &mut tx, account).await?;
            let me = holder.ok_or_else(Problem::sign_in_needed)?.person;
            let choice = |p: &crate::domain::person::Person| {
                let relation = kinship::relation(&me, p, kind, today);
                let role = relation
                    .applicant(kind)
                    .or_else(|| relation.with_paper(kind))?;
                let mut choice = Choice::new(p.nik.to_string(), p.nama.clone());
                choice.hint = frame.say(&words::relation(role)).to_string();
                Some(choice)
            };
            let who: Vec<Choice> = match kind.subject {
                // One choice stands for the whole family, the parents' child, the event in the family.
                Subject::Family | Subject::Newborn | Subject::Event => {
                    choice(&me).into_iter().collect()
                }
                Subject::Person => family.iter().filter_map(choice).collect(),
            };
            who
        }
        _ => Vec::new(),
    };
    let offices = match caller.actor {
        Actor::Stranger | Actor::Guest(_) => {
            let all = offices::all(&mut tx).await?;
            let choice = |o: &Office| Choice::new(o.iss.as_str(), o.name.clone());
            all.iter().map(choice).collect()
        }
        _ => Vec::new(),
    };
    let title = frame.say(&kind.name).to_string();
    let mut frame = frame.titled("", "");
    frame.title = title;
    let view = Begin {
        slug: kind.slug,
        people,
        offices,
        frame,
    };
    Ok(page(&view.frame, &view))
}

fn today(app: &Shared) -> Result<credential::date::Date, Problem> {
    let day = credential::date::Date::at_wib(app.service.clock.now());
    day.ok_or_else(|| Failure::Row("the clock").into())
}

/// Begins.
pub async fn begin(
    State(app): State<Shared>,
    Path(slug): Path<String>,
    caller: Caller,
    frame: Frame,
    OldCookie(old): OldCookie,
    posted: Posted,
) -> Answer {
    let kind = kind(&slug)?;
    if let Some(session) = &caller.session {
        posted.belongs_to(session)?;
    }
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let mut people = People {
        lang: Some(language_code(frame.lang).to_string()),
        ..People::default()
    };
    let office = match caller.actor {
        Actor::Citizen(account) => {
            let nik = Nik::parse(posted.get("untuk"));
            let nik = nik.map_err(|e| Failure::field("untuk", e.rule))?;
            for_whom(&app, &mut tx, account, kind, nik, &mut people).await?
        }
        Actor::Officer { office, .. } => office,
        _ => chosen_office(&mut tx, posted.get("kantor")).await?,
    };
    let a = draft::start(
        service,
        &mut tx,
        chance,
        caller.actor,
        office,
        kind,
        people,
        None,
    )
    .await?;
    respond(&app, tx, &caller, old, &a).await
}

/// Begins a new application with the answers of a rejected one.
pub async fn again(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    OldCookie(old): OldCookie,
    posted: Posted,
) -> Answer {
    let previous = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let case = crate::applications::visible(service, &mut tx, caller.actor, previous).await?;
    let rejected = case.application;
    let people = applications::dossier(&mut tx, &service.crypter, previous)
        .await?
        .people;
    let (office, kind) = (rejected.office, rejected.kind);
    let a = draft::start(
        service,
        &mut tx,
        chance,
        caller.actor,
        office,
        kind,
        people,
        Some(previous),
    )
    .await?;
    respond(&app, tx, &caller, old, &a).await
}

/// Leads to the first question. Whoever has no account gets a session for this one application.
async fn respond(
    app: &Shared,
    mut tx: Tx,
    caller: &Caller,
    old: Option<String>,
    a: &Application,
) -> Answer {
    let (service, chance) = (&app.service, &mut app.chance());
    let token = match caller.actor {
        Actor::Stranger | Actor::Guest(_) => {
            let principal = Principal::Guest(a.id);
            Some(sessions::rotate(service, &mut tx, chance, old.as_deref(), principal).await?)
        }
        _ => None,
    };
    tx.commit().await?;
    let onward = Redirect::to(&format!("/permohonan/{}/isi/1", a.id));
    Ok(match token {
        Some(token) => ([(SET_COOKIE, set_cookie(app, &token))], onward).into_response(),
        None => onward.into_response(),
    })
}

async fn chosen_office(tx: &mut Tx, iss: &str) -> Outcome<OfficeId> {
    let unknown = || Failure::field("kantor", "must be chosen");
    let iss = Iss::parse(iss).map_err(|_| unknown())?;
    let office = offices::by_iss(tx, &iss).await?;
    Ok(office.ok_or_else(unknown)?.id)
}

/// Fills in who applies for whom from the register; the office is that of the subject's region.
async fn for_whom(
    app: &Shared,
    tx: &mut Tx,
    account: crate::domain::ids::AccountId,
    kind: &'static Kind,
    nik: Nik,
    people: &mut People,
) -> Outcome<OfficeId> {
    let refused = || Failure::field("untuk", "is not somebody you may apply for");
    let service = &app.service;
    let holder = accounts::holder(service, tx, account).await?;
    let holder = holder.ok_or_else(refused)?;
    let me = &holder.person;
    let subject = persons::by_nik(tx, &service.register(), nik)
        .await?
        .ok_or_else(refused)?;
    let today = credential::date::Date::at_wib(service.clock.now()).ok_or_else(refused)?;
    let relation = kinship::relation(me, &subject, kind, today);
    let role = relation
        .applicant(kind)
        .or_else(|| relation.with_paper(kind));
    let in_family = subject.nomor_kk == me.nomor_kk;
    let role = role.filter(|_| in_family).ok_or_else(refused)?;
    people.applicant_nik = Some(me.nik.to_string());
    people.applicant_name = Some(me.nama.clone());
    people.relation = Some(relation_name(role).to_string());
    people.subject_nik = Some(subject.nik.to_string());
    people.nomor_kk = Some(subject.nomor_kk.to_string());
    let contact = accounts::contact_of(service, &holder.account)?;
    match contact.as_str().contains('@') {
        true => people.email = Some(contact.as_str().to_string()),
        false => people.phone = Some(contact.as_str().to_string()),
    }
    let all = offices::all(tx).await?.into_iter();
    let here = all.filter(|o| subject.kode_wilayah.lies_in(o.region.as_str()));
    let office = here.max_by_key(|o| o.region.as_str().len());
    let office = office.ok_or_else(|| Failure::field("untuk", "lives where no office answers"))?;
    let _ = policies::of_office(service, tx, office.id).await?;
    Ok(office.id)
}
