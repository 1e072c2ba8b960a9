//! Issuing a document: the intent is stored before anything is signed, and what was signed is verified by the same
//! function a bank runs before it is stored and handed out.

pub(crate) mod desk;
mod effects;
mod ending;
mod face;
pub mod order;
pub(crate) mod size;
pub mod together;
mod unfinished;

pub use face::{FACE_MAX, face};
pub use unfinished::void_unfinished;

use crate::applications::approve;
use crate::chance::Chance;
use crate::domain::application::Application;
use crate::domain::document::{Change, Document, Ecc, Signed, State};
use crate::domain::ids::DocumentId;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::keys::Role;
use crate::lint::{self, For, Passed, What};
use crate::outbox::{self, DocumentChange, Event};
use crate::record::{Act, record};
use crate::render::qr::{self, Symbol};
use crate::service::Service;
use crate::status::{self, Public, Touched};
use crate::store::locks::{self, Row};
use crate::store::{Tx, applications, documents, keys, status_lists};
use crate::trust;
use credential::document::Face;
use credential::ids::Nik;
use credential::kinds::{From, Kind};
use credential::status_source::StatusLists;
use credential::token::pack;
use credential::{Policy, Reason};
use order::Order;

/// A card that is asked for.
#[derive(Clone)]
pub struct Request {
    /// Whose document; for a family card, any member.
    pub nik: Nik,
    /// What.
    pub kind: &'static Kind,
    /// Replace the one in force.
    pub supersede: bool,
    /// A face picture for a KTP-el.
    pub face: Option<Face<'static>>,
}

/// Whether the register alone fills a kind, so that it can be issued without an application.
pub fn is_from_register(kind: &Kind) -> bool {
    let mut required = kind.fields.iter().filter(|used| used.required);
    required.all(|used| matches!(used.from, From::Register | From::Encoder))
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
    /// Whether the public lists say of all that ended with it that it ended.
    pub public: Public,
}

impl Issued {
    /// What the officer should know of it, for people.
    pub fn notes(&self) -> Vec<&'static str> {
        let mut notes = notes(&self.document);
        if self.public == Public::NotYet {
            notes.push(
                "an earlier document has ended, but that is not public yet: its office's status list could not be \
                 signed here; the publisher signs it as soon as the key is within reach",
            );
        }
        notes
    }
}

/// What was left out or weakened so that a document fits, for people.
pub fn notes(document: &Document) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if document.state.signed().is_some_and(|s| s.ecc == Ecc::L) {
        notes.push("large family: error correction L instead of M");
    }
    if document.core_only {
        notes.push("very large family: the members' core columns alone (claim 82 = 1)");
    }
    notes
}

/// What the audit trail says of a new document: its kind and the size of its symbol.
fn issued_as(document: &Document) -> String {
    let core = if document.core_only { " core" } else { "" };
    let signed = document.state.signed();
    let symbol = signed.map(|s| {
        (
            qr::version(&s.text, s.ecc.into()).unwrap_or(0),
            s.ecc.name(),
        )
    });
    let (version, ecc) = symbol.unwrap_or_default();
    format!("{} version {version} ecc {ecc}{core}", document.kind.slug)
}

/// Issues a card from the register's data.
pub async fn issue(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    request: Request,
) -> Outcome<Issued> {
    if !actor.may_sign() {
        return Err(Failure::Role);
    }
    let mut tx = service.db.begin().await?;
    let order = order::from_register(service, &mut tx, actor, request).await?;
    let intent = intend(service, &mut tx, chance, actor, order).await?;
    tx.commit().await?;
    complete(service, chance, actor, intent).await
}

/// Issues what an application asks for. The caller has checked that the actor may approve it; the application goes on
/// to `done` in the transaction that makes the document active.
pub async fn issue_for(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    application: Application,
    face: Option<Face<'static>>,
) -> Outcome<Issued> {
    let mut tx = service.db.begin().await?;
    let version = unchanged(service, &mut tx, &application).await?;
    let order = order::from_application(service, &mut tx, &application, face, false).await?;
    let mut intent = intend(service, &mut tx, chance, actor, order).await?;
    tx.commit().await?;
    intent.application = Some((application, version));
    complete(service, chance, actor, intent).await
}

/// Takes an application that must still be what was read, and tells the version of what it says.
async fn unchanged(service: &Service, tx: &mut Tx, read: &Application) -> Outcome<i64> {
    locks::row(tx, Row::Application(read.id)).await?;
    let now = applications::by_id(tx, &service.crypter, read.id).await?;
    if now.as_ref() != Some(read) {
        return Err(Failure::Changed);
    }
    let dossier = applications::dossier(tx, &service.crypter, read.id).await?;
    Ok(dossier.version)
}

async fn complete(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    intent: Intent,
) -> Outcome<Issued> {
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
    passed: Passed,
    content: credential::document::Document<'static>,
    replaces: Option<DocumentId>,
    /// The application, and the version of what it said.
    application: Option<(Application, i64)>,
}

async fn intend(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    order: Order,
) -> Outcome<Intent> {
    let now = service.clock.now();
    let (office, subject) = (order.office, order.subject);
    let current = documents::in_force(tx, order.kind, subject).await?;
    if let Some(current) = &current
        && !order.supersede
    {
        return Err(Failure::AlreadyInForce(current.id));
    }
    let (_, trust) = trust::current(tx).await?;
    let all_keys = keys::all(tx).await?;
    let key = status::signing_key(&all_keys, &office, &trust, now)?;
    let id = DocumentId::draw(&service.clock, chance);
    let (place, uri) = status::draw(service, tx, chance, &office, &id.to_vec()).await?;
    let sizing = size::Sizing {
        kid: key.kid,
        iss: office.iss.as_str(),
        uri: &uri,
        index: place.index,
        iat: now,
        holder: None,
    };
    let content = order.content.document.clone();
    let (claims, core_only) = sizing.fit(order.content.document, order.content.expires, chance)?;
    let under = For {
        kind: order.kind,
        iss: office.iss.as_str(),
        region: office.region.as_str(),
        uri: &uri,
        index: place.index,
        issued: now,
        expires: claims.expires,
        what: What::Document(subject, order.number.as_deref()),
    };
    let passed = lint::examine(claims.payload, &under)?;
    let document = Document {
        id,
        kind: order.kind,
        subject,
        office: office.id,
        place,
        issued: now,
        expires: claims.expires,
        kid: key.kid,
        claims: passed.payload().to_vec(),
        core_only,
        number: order.number,
        application: order.application,
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
    Ok(Intent {
        document,
        passed,
        content,
        replaces: current.map(|d| d.id),
        application: None,
    })
}

async fn finish(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    intent: Intent,
) -> Outcome<Issued> {
    let Intent {
        document,
        passed,
        content,
        replaces,
        application,
    } = intent;
    // A new list, or one about to expire, is signed before anything refers to it.
    status::ready(service, document.place.list).await?;
    let unsigned = passed.unsigned(document.kid);
    let signer = service.keyring.signer(Role::Issuer, document.kid)?;
    let signature = crate::keys::sign(signer, unsigned.to_be_signed()).await?;
    let token = unsigned.into_token(&signature);
    let text = pack(&token);
    let symbol = qr::encode(&text, qr::Ecc::M).or_else(|_| qr::encode(&text, qr::Ecc::L));
    let symbol = symbol.map_err(|_| Failure::TooLarge)?;
    let ecc = size::ecc_of(text.len())?;
    let mut tx = service.db.begin().await?;
    if let Some((application, version)) = &application
        && unchanged(service, &mut tx, application).await? != *version
    {
        // It was given back and changed after the document's content was made.
        return Err(Failure::Changed);
    }
    locks::share(&mut tx, document.place.list).await?;
    if !keys::is_active(&mut tx, document.kid).await? {
        // Found compromised after the intent: the trust list that is still in force would let it pass.
        return Err(Failure::Changed);
    }
    // What was signed, what passed the lint and what was stored as the intent are the same bytes.
    let stored = documents::by_id(&mut tx, document.id).await?;
    let same = stored.is_some_and(|stored| stored.claims == passed.payload());
    if !same || !passed.is_in(&token, document.kid) {
        return Err(Failure::Row("documents.claims"));
    }
    judge(service, &mut tx, &document, &text).await?;
    let mut touched = Touched::default();
    if let Some(old) = replaces {
        touched.join(supersede(service, &mut tx, chance, actor, old, document.id).await?);
    }
    let now = service.clock.now();
    let active = document.activate(Signed { text, ecc }, now);
    let active = active.map_err(|e| Failure::WrongState(e.0))?;
    documents::change(&mut tx, State::Issuing.name(), &active).await?;
    outbox::event(
        service,
        &mut tx,
        chance,
        Event::of(&active, DocumentChange::Issued),
    )
    .await?;
    let act = Act {
        office: Some(active.office),
        document: Some(active.id),
        content: Some(&token),
        detail: Some(issued_as(&active)),
        ..Act::new("document.issue")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    if let Some((application, _)) = application {
        let ended = effects::of(
            service,
            &mut tx,
            chance,
            actor,
            &application,
            &active,
            &content,
        );
        touched.join(ended.await?);
        approve::done(service, &mut tx, chance, actor, application, active.id).await?;
    }
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // Whoever is told of the new document finds in the public lists that the ones before it have ended.
    let public = status::settle(service, touched).await;
    metrics::counter!("ikd_documents_issued_total", "kind" => active.kind.slug).increment(1);
    Ok(Issued {
        document: active,
        symbol,
        token_bytes: token.len(),
        superseded: replaces,
        public,
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
) -> Outcome<Touched> {
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
        "replaced by a new document".into(),
    )
    .await
}
