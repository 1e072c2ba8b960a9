//! What is to be issued: content from the register alone (cards at the command line or by API), or from an application.

use super::{Request, ending};
use crate::domain::application::{Application, Late, State};
use crate::domain::content::{self, Content, Sources};
use crate::domain::document::Subject;
use crate::domain::dossier::Answers;
use crate::domain::ids::{ApplicationId, OfficeId};
use crate::domain::number;
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome, Thing};
use crate::policies;
use crate::service::Service;
use crate::store::offices::{self, Office};
use crate::store::{Tx, applications, documents, locks, persons};
use credential::date::Date;
use credential::document::{Face, Value};
use credential::ids::{KodeWilayah, Nik};
use credential::kinds::fields as f;
use credential::kinds::{Kind, Subject as About};

/// Everything an intent needs.
pub struct Order {
    /// The kind.
    pub kind: &'static Kind,
    /// NIK or KK number under which it is kept.
    pub subject: Subject,
    /// What it says.
    pub content: Content,
    /// Its printed number.
    pub number: Option<String>,
    /// Who issues it.
    pub office: Office,
    /// Replace the one in force.
    pub supersede: bool,
    /// What asked for it.
    pub application: Option<ApplicationId>,
}

fn refused(e: content::Refused) -> Failure {
    match e {
        content::Refused::NotEntitled(rule) => Failure::NotEntitled(rule),
        content::Refused::Content(e) => Failure::NotADocument(e),
    }
}

/// The office that answers for a region: the officer's own, or at the command line the one with the longest prefix.
pub(crate) async fn office_for(tx: &mut Tx, actor: Actor, region: KodeWilayah) -> Outcome<Office> {
    office_of_region(&offices::all(tx).await?, actor, region)
}

fn office_of_region(offices: &[Office], actor: Actor, region: KodeWilayah) -> Outcome<Office> {
    let offices = offices.iter();
    let mine = offices.filter(|o| actor.acts_for(o.id) && region.lies_in(o.region.as_str()));
    mine.max_by_key(|o| o.region.as_str().len())
        .cloned()
        .ok_or(Failure::OutsideRegion)
}

/// A card from the register alone.
pub async fn from_register(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    request: Request,
) -> Outcome<Order> {
    let person = persons::by_nik(tx, &service.register(), request.nik).await?;
    // Whether a person exists outside the officer's region is not the officer's to know.
    let person = person.ok_or(Failure::NotFound(Thing::Person))?;
    let offices = offices::all(tx).await?;
    // The region first: a stranger's family is not to be probed by its errors.
    office_of_region(&offices, actor, person.kode_wilayah)?;
    let family = persons::family(tx, &service.register(), person.nomor_kk).await?;
    let today = Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))?;
    card(&offices, actor, request, &person, &family, today)
}

/// The same, where what the register says has been read: the person, and of a family card everybody in it.
pub fn card(
    offices: &[Office],
    actor: Actor,
    request: Request,
    person: &Person,
    family: &[Person],
    today: Date,
) -> Outcome<Order> {
    let kind = request.kind;
    let has_face = kind.fields.iter().any(|used| *used.field == f::FACE);
    if request.face.is_some() && !has_face {
        return Err(Failure::field(
            "face",
            "this kind of document has no picture",
        ));
    }
    let office = office_of_region(offices, actor, person.kode_wilayah)?;
    let content = content::card(kind, person, family, request.face, today).map_err(refused)?;
    if !content.region.lies_in(office.region.as_str()) {
        return Err(Failure::OutsideRegion);
    }
    Ok(Order {
        kind,
        subject: subject(kind, person, &content)?,
        content,
        number: None,
        office,
        supersede: request.supersede,
        application: None,
    })
}

/// What an application asks for. With `dry`, no number is drawn: the verifier sees what the signer would.
pub async fn from_application(
    service: &Service,
    tx: &mut Tx,
    a: &Application,
    face: Option<Face<'static>>,
    dry: bool,
) -> Outcome<Order> {
    applications::seal::must_fit(tx, &service.register(), a.id).await?;
    let dossier = applications::dossier(tx, &service.crypter, a.id).await?;
    let office = offices::by_id(tx, a.office).await?;
    let office = office.ok_or(Failure::NotFound(Thing::Office))?;
    let (_, calendar) = policies::of_office(service, tx, a.office).await?;
    let today = calendar.day(service.clock.now());
    let nik = dossier.people.subject();
    let nik = nik.ok_or_else(|| Failure::field("subject_nik", "is missing"))?;
    let anchor = persons::present_or_moved(tx, &service.register(), nik).await?;
    let anchor =
        anchor.filter(|p| arrives(a.kind) || p.kode_wilayah.lies_in(office.region.as_str()));
    let anchor = anchor.ok_or(Failure::NotFound(Thing::Person))?;
    let family = persons::family(tx, &service.register(), anchor.nomor_kk).await?;
    let number = match (
        a.kind.fields.iter().any(|u| *u.field == f::DOCUMENT_NUMBER),
        dry,
    ) {
        (false, _) => None,
        (true, true) => Some(drawn(a, &office.region, today, 0)),
        (true, false) => {
            let series = number::series(a.kind, a.late != Late::No);
            let prefix = number::prefix(&office.region, &series);
            let running = documents::next_number(tx, &prefix, today).await?;
            Some(drawn(a, &office.region, today, running))
        }
    };
    let newborn = match a.kind.subject {
        About::Newborn => newborn(tx, &anchor, &dossier.answers, dry).await?,
        _ => None,
    };
    let sources = Sources {
        anchor: &anchor,
        family: &family,
        answers: &dossier.answers,
        face,
        number: number.clone(),
        newborn,
        today,
    };
    let content = content::build(a.kind, sources).map_err(refused)?;
    if !content.region.lies_in(office.region.as_str()) {
        return Err(Failure::OutsideRegion);
    }
    ending::check(service, tx, a.kind, office.id, &anchor, &content.document).await?;
    Ok(Order {
        kind: a.kind,
        subject: subject(a.kind, &anchor, &content)?,
        content,
        number,
        office,
        supersede: true,
        application: Some(a.id),
    })
}

/// Whether the person comes from the region of another office.
fn arrives(kind: &Kind) -> bool {
    matches!(kind.slug, "sk-pindah-datang" | "skdln")
}

fn drawn(
    a: &Application,
    region: &crate::domain::ids::RegionPrefix,
    today: Date,
    running: i64,
) -> String {
    number::printed(
        region,
        &number::series(a.kind, a.late != Late::No),
        today,
        running,
    )
}

/// The next free NIK for the child in the answers; none where the answers don't tell sex and birth date yet. One that
/// stands in a document is taken, also where the child is not in the register yet.
async fn newborn(
    tx: &mut Tx,
    parent: &Person,
    answers: &Answers,
    dry: bool,
) -> Outcome<Option<Nik>> {
    let answer = |field: &'static f::Field| {
        let text = answers.get(field.name)?;
        Value::parse(&field.ty, text).ok()
    };
    let (Some(Value::Date(born)), Some(Value::Code(sex))) =
        (answer(&f::BIRTH_DATE), answer(&f::SEX))
    else {
        return Ok(None);
    };
    let Some(first) = number::first_nik(parent.kode_wilayah, born, sex == 2) else {
        return Ok(None);
    };
    if !dry {
        // Twins that are registered at the same moment get two numbers.
        locks::name(tx, "NIK", &first.to_be_bytes()).await?;
    }
    let last = persons::last_of_serial(tx, first).await?;
    let named = documents::last_of_serial(tx, first).await?;
    let last = last.max(named);
    Ok(Nik::from_u64(last.map_or(first, |last| last + 1)).ok())
}

/// Under which number a document is kept.
fn subject(kind: &Kind, anchor: &Person, content: &Content) -> Outcome<Subject> {
    Ok(match kind.subject {
        About::Family => Subject(anchor.nomor_kk.as_u64()),
        About::Newborn => match content.document.get(&f::NIK) {
            Some(Value::Nik(nik)) => Subject(nik.as_u64()),
            _ => return Err(Failure::field("nik", "is missing")),
        },
        About::Person | About::Event => Subject(anchor.nik.as_u64()),
    })
}

/// The officer's approval can be given now.
pub fn approvable(a: &Application) -> Outcome<()> {
    match a.state {
        State::InProcess { .. } => Ok(()),
        ref other => Err(Failure::WrongStage(other.stage().name())),
    }
}

/// Office of an order, for the audit trail.
pub fn office_of(order: &Order) -> OfficeId {
    order.office.id
}
