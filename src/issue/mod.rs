//! Issuing a document: the intent is stored before anything is signed, and what was signed is verified by the same
//! function a bank runs before it is stored and handed out.

mod face;
mod size;
mod unfinished;

pub use face::{FACE_MAX, face};
pub use unfinished::void_unfinished;

use crate::chance::Chance;
use crate::domain::content;
use crate::domain::document::{Change, Document, Ecc, Signed, State, Subject};
use crate::domain::ids::DocumentId;
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome, Thing};
use crate::keys::Role;
use crate::record::{Act, record};
use crate::render::qr::{self, Symbol};
use crate::service::Service;
use crate::store::offices::{self, Office};
use crate::store::{Tx, documents, keys, persons, status_lists};
use crate::{status, trust};
use credential::cose::issue::Unsigned;
use credential::date::Date;
use credential::document::Face;
use credential::ids::{KodeWilayah, Nik};
use credential::kinds::{KK, KTP, Kind};
use credential::status_source::StatusLists;
use credential::token::pack;
use credential::{Policy, Reason};

/// What is asked for.
pub struct Request {
    /// Whose document; for a family card, any member.
    pub nik: Nik,
    /// KTP-el or KK.
    pub kind: &'static Kind,
    /// Replace the one in force.
    pub supersede: bool,
    /// A face picture for a KTP-el.
    pub face: Option<Face<'static>>,
}

/// What was issued.
#[derive(Debug)]
pub struct Issued {
    /// The document, active.
    pub document: Document,
    /// Its symbol.
    pub symbol: Symbol,
    /// Size of the COSE token in bytes.
    pub token_bytes: usize,
    /// The document it replaced.
    pub superseded: Option<DocumentId>,
}

impl Issued {
    /// What was left out or weakened so that it fits, for people.
    pub fn notes(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        if self.symbol.ecc() == qr::Ecc::L {
            notes.push("large family: error correction L instead of M");
        }
        if self.document.core_only {
            notes.push("very large family: the members' core columns alone (claim 82 = 1)");
        }
        notes
    }
}

/// Issues a document.
pub async fn issue(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    request: Request,
) -> Outcome<Issued> {
    let mut tx = service.db.begin().await?;
    let intent = intend(service, &mut tx, chance, actor, request).await?;
    tx.commit().await?;
    let id = intent.document.id;
    match finish(service, chance, actor, intent).await {
        Ok(issued) => Ok(issued),
        Err(failure) => {
            // What cannot be finished now never will be. If this fails too, the next start voids it.
            let _ = unfinished::void(service, chance, actor, id).await;
            Err(failure)
        }
    }
}

/// An intent that is stored, and what finishing it needs.
struct Intent {
    document: Document,
    replaces: Option<DocumentId>,
}

async fn intend(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    request: Request,
) -> Outcome<Intent> {
    if !actor.may_sign() {
        return Err(Failure::Role);
    }
    if request.face.is_some() && request.kind != &KTP {
        return Err(Failure::field("face", "only a KTP-el has a picture"));
    }
    let now = service.clock.now();
    let today = Date::at_wib(now).ok_or(Failure::Row("the clock"))?;
    let person = persons::by_nik(tx, request.nik).await?;
    // Whether a person exists outside the officer's region is not the officer's to know.
    let person = person.ok_or(Failure::NotFound(Thing::Person))?;
    let family: Vec<Person>;
    let (subject, content) = if request.kind == &KK {
        family = persons::family(tx, person.nomor_kk).await?;
        let office = office_for(tx, actor, person.kode_wilayah).await;
        // The region first: a stranger's family is not to be probed by its errors.
        office?;
        (person.nomor_kk.as_u64(), content::kk(&family))
    } else {
        office_for(tx, actor, person.kode_wilayah).await?;
        (
            person.nik.as_u64(),
            content::ktp(&person, request.face, today),
        )
    };
    let content = content.map_err(|e| match e {
        content::Refused::NotEntitled(rule) => Failure::NotEntitled(rule),
        content::Refused::Content(e) => Failure::NotADocument(e),
    })?;
    let office = office_for(tx, actor, content.region).await?;
    let subject = Subject(subject);
    let current = documents::in_force(tx, request.kind, subject).await?;
    if let Some(current) = &current
        && !request.supersede
    {
        return Err(Failure::AlreadyInForce(current.id));
    }
    let (_, trust) = trust::current(tx).await?;
    let all_keys = keys::all(tx).await?;
    let key = status::signing_key(&all_keys, &office, &trust, now)?;
    let id = DocumentId::draw(&service.clock, chance);
    let (place, uri) = status::draw(service, tx, chance, &office, id).await?;
    let sizing = size::Sizing {
        kid: key.kid,
        iss: office.iss.as_str(),
        uri: &uri,
        index: place.index,
        iat: now,
    };
    let (claims, core_only) = sizing.fit(content, chance)?;
    let document = Document {
        id,
        kind: request.kind,
        subject,
        office: office.id,
        place,
        issued: now,
        expires: claims.expires,
        kid: key.kid,
        claims: claims.payload,
        core_only,
        state: State::Issuing,
        since: now,
    };
    documents::insert(tx, &document).await?;
    let act = Act {
        office: Some(office.id),
        document: Some(id),
        content: Some(&document.claims),
        ..Act::new("document.intend")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    // A new list, or one about to expire, is signed before anything refers to it.
    status::refresh(service, tx).await?;
    Ok(Intent {
        document,
        replaces: current.map(|d| d.id),
    })
}

/// The office that answers for a region: the officer's own, or at the command line the one with the longest prefix.
async fn office_for(tx: &mut Tx, actor: Actor, region: KodeWilayah) -> Outcome<Office> {
    let offices = offices::all(tx).await?.into_iter();
    let mine = offices.filter(|o| actor.acts_for(o.id) && region.lies_in(o.region.as_str()));
    mine.max_by_key(|o| o.region.as_str().len())
        .ok_or(Failure::OutsideRegion)
}

async fn finish(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    intent: Intent,
) -> Outcome<Issued> {
    let Intent { document, replaces } = intent;
    let unsigned = Unsigned::new(document.kid, None, document.claims.clone());
    let signer = service.keyring.signer(Role::Issuer, document.kid)?;
    let signature = signer.sign(&unsigned.to_be_signed())?;
    let token = unsigned.into_token(&signature);
    let text = pack(&token);
    let symbol = qr::encode(&text, qr::Ecc::M).or_else(|_| qr::encode(&text, qr::Ecc::L));
    let symbol = symbol.map_err(|_| Failure::TooLarge)?;
    let ecc = match symbol.ecc() {
        qr::Ecc::M => Ecc::M,
        _ => Ecc::L,
    };
    let mut tx = service.db.begin().await?;
    judge(service, &mut tx, &document, &text).await?;
    let superseded = match replaces {
        Some(old) => Some(supersede(service, &mut tx, chance, actor, old, document.id).await?),
        None => None,
    };
    let now = service.clock.now();
    let active = document.activate(Signed { text, ecc }, now);
    let active = active.map_err(|e| Failure::WrongState(e.0))?;
    documents::change(&mut tx, State::Issuing.name(), &active).await?;
    let detail = format!(
        "{} version {} ecc {}{}",
        active.kind.slug,
        symbol.version(),
        ecc.name(),
        if active.core_only { " core" } else { "" }
    );
    let act = Act {
        office: Some(active.office),
        document: Some(active.id),
        content: Some(&token),
        detail: Some(detail),
        ..Act::new("document.issue")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    status::refresh(service, &mut tx).await?;
    tx.commit().await?;
    Ok(Issued {
        document: active,
        symbol,
        token_bytes: token.len(),
        superseded,
    })
}

/// The verdict of a bank with the newest lists: anything but green is not handed out.
async fn judge(service: &Service, tx: &mut Tx, document: &Document, text: &str) -> Outcome<()> {
    let (_, trust) = trust::current(tx).await?;
    let list = status_lists::token(tx, document.place.list).await?;
    let mut statuses = StatusLists::default();
    if let Some(list) = list {
        let added = statuses.add(&list, &trust);
        added.map_err(|_| Failure::NotPublishable("the status list"))?;
    }
    let now = service.clock.now();
    let verdict = credential::verify(text, &trust, &statuses, now, &Policy::default());
    if verdict.reason() != Reason::Valid {
        return Err(Failure::NotVerified(verdict.reason()));
    }
    Ok(())
}

async fn supersede(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    old: DocumentId,
    by: DocumentId,
) -> Outcome<DocumentId> {
    let old = documents::by_id(tx, old).await?;
    let old = old.ok_or(Failure::NotFound(Thing::Document))?;
    let change = Change::Supersede { by: Some(by) };
    crate::revoke::apply(
        service,
        tx,
        chance,
        actor,
        old,
        &change,
        "replaced by a new document",
    )
    .await
}
