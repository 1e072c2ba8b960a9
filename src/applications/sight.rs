//! Reading an application: as its applicant sees it, and as an officer sees it beside the register.

use super::counter::{Page, page};
use super::{Case, approve, visible};
use crate::domain::application::Stage;
use crate::domain::completeness;
use crate::domain::document::Document;
use crate::domain::dossier::Dossier;
use crate::domain::ids::{ApplicationId, DocumentId};
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, FieldError, Outcome, Thing, unless_altered};
use crate::issue::order::Order;
use crate::service::Service;
use crate::store::application_events::{self, Event};
use crate::store::{Tx, applications, attachments, documents, offices, persons};

/// An application with what it says and what happened to it.
pub struct Sight {
    /// The application, policy and calendar.
    pub case: Case,
    /// What it says.
    pub dossier: Dossier,
    /// Its timeline, oldest first.
    pub events: Vec<Event>,
}

/// Reads an application that the actor may see.
pub async fn read(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Sight> {
    let case = visible(service, tx, actor, id).await?;
    Ok(Sight {
        case,
        dossier: applications::dossier(tx, &service.crypter, id).await?,
        events: application_events::of_application(tx, &service.crypter, id).await?,
    })
}

/// An actor's own applications, newest first, before the application `cursor`: those of an account, the one of a
/// guest, those that an officer filed at the counter.
pub async fn own(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    cursor: Option<ApplicationId>,
    limit: u32,
) -> Outcome<Page> {
    let crypter = &service.crypter;
    let items = match actor {
        Actor::Citizen(account) => {
            applications::of_account(tx, crypter, account, cursor, limit + 1).await?
        }
        Actor::Officer { id, .. } => {
            applications::filed_by(tx, crypter, id, cursor, limit + 1).await?
        }
        Actor::Guest(id) => {
            let before = cursor.is_none_or(|cursor| id < cursor);
            let found = applications::by_id(tx, crypter, id).await?;
            found.filter(|_| before).into_iter().collect()
        }
        Actor::Device(_) | Actor::Stranger | Actor::Local => Vec::new(),
    };
    Ok(page(items, limit, |a| a.created))
}

/// What is still missing or wrong before it can be handed in.
pub async fn faults(tx: &mut Tx, sight: &Sight) -> Outcome<Vec<FieldError>> {
    let a = &sight.case.application;
    let attached = attachments::slugs(tx, a.id).await?;
    Ok(completeness::faults(a.kind, &sight.dossier, &attached))
}

/// The document that an application led to, for whoever may see the application.
///
/// # Errors
/// [`Failure::NotFound`] as long as nothing is issued.
pub async fn document(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Document> {
    let case = visible(service, tx, actor, id).await?;
    let missing = Failure::NotFound(Thing::Document);
    let Some(finished) = case.application.state.finished() else {
        return Err(missing);
    };
    issued_for(tx, id, finished.document).await?.ok_or(missing)
}

/// The document that was issued for an application; none where the row names another's.
pub async fn issued_for(
    tx: &mut Tx,
    id: ApplicationId,
    document: DocumentId,
) -> Outcome<Option<Document>> {
    let found = documents::by_id(tx, document).await?;
    Ok(found.filter(|document| document.application == Some(id)))
}

/// What the document would say as things are, for officers alone.
///
/// # Errors
/// What is missing in the register or the answers, as [`approve::check`].
pub async fn preview(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Order> {
    let case = visible(service, tx, actor, id).await?;
    let stage = case.application.state.stage();
    match actor.officer() {
        None => Err(Failure::Role),
        Some(_) if stage == Stage::Draft => Err(Failure::WrongStage(stage.name())),
        Some(_) => approve::preview(service, tx, &case.application).await,
    }
}

/// What the register says of the people in an application; empty for people outside the office's region, whose
/// existence is not the officer's to know.
#[derive(Default)]
pub struct Register {
    /// The person it is about.
    pub subject: Option<Person>,
    /// Everybody in that person's family card.
    pub family: Vec<Person>,
    /// Who applies.
    pub applicant: Option<Person>,
}

/// Looks the people of an application up in the register, for an officer of its office. Of whom the row does not
/// count nothing is shown; the officer may still reject it.
pub async fn register(service: &Service, tx: &mut Tx, sight: &Sight) -> Outcome<Register> {
    // A draft is no reason to look anybody up.
    if sight.case.application.state.stage() == Stage::Draft {
        return Ok(Register::default());
    }
    let office = offices::by_id(tx, sight.case.application.office).await?;
    let region = office.map(|o| o.region).unwrap_or_else(no_region);
    let here = |p: &Person| p.kode_wilayah.lies_in(region.as_str());
    let (people, rows) = (&sight.dossier.people, service.register());
    let subject = match people.subject() {
        Some(nik) => persons::by_nik(tx, &service.register(), nik)
            .await?
            .filter(here),
        None => None,
    };
    let family = match &subject {
        Some(person) => unless_altered(persons::family(tx, &rows, person.nomor_kk).await)?,
        None => Vec::new(),
    };
    let applicant = match people.applicant() {
        Some(nik) => persons::by_nik(tx, &service.register(), nik)
            .await?
            .filter(here),
        None => None,
    };
    Ok(Register {
        subject,
        family,
        applicant,
    })
}

/// An office that is gone answers for nobody; no code of a region starts with this.
fn no_region() -> crate::domain::ids::RegionPrefix {
    crate::domain::ids::RegionPrefix::parse("00").unwrap_or_else(|_| unreachable!("two digits"))
}
