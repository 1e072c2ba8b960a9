//! Events and letters: written in the transaction of what they tell about, delivered afterwards by `worker.rs`.

mod address;
pub mod courier;
pub mod dead;
mod fault;
pub mod recipients;
mod schedule;
mod target;
mod webhook;
mod words;
pub mod worker;

pub use address::{Address, Email, Phone};
pub use target::{Reach, Target};
pub use webhook::{Post, Secret};

use crate::agencies;
use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::application::Stage;
use crate::domain::document::{Change, Document};
use crate::domain::ids::{ApplicationId, DocumentId, NoticeId, OfficeId};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::Tx;
use crate::store::outbox::{self, Cause};
use credential::kinds::Kind;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Something that happened and that others are to hear of.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// An application reached a stage: its applicant is told.
    ApplicationChanged {
        /// Which.
        application: ApplicationId,
        /// The office that decides it.
        office: OfficeId,
        /// The stage it reached.
        stage: Stage,
    },
    /// A document came into force or changed its state: agencies with an agreement are told.
    DocumentChanged {
        /// Which. Its row already says what the event says.
        document: DocumentId,
        /// Who issued it.
        office: OfficeId,
        /// Its kind.
        kind: &'static Kind,
        /// What happened.
        change: DocumentChange,
    },
}

/// What happened to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentChange {
    /// It is in force.
    Issued,
    /// It is not in force until it is reinstated.
    Suspended,
    /// It is in force again.
    Reinstated,
    /// It is not in force any more.
    Revoked,
    /// A newer one replaced it.
    Superseded,
}

impl DocumentChange {
    /// Every change.
    pub const ALL: [Self; 5] = [
        Self::Issued,
        Self::Suspended,
        Self::Reinstated,
        Self::Revoked,
        Self::Superseded,
    ];

    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Reinstated => "reinstated",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }
}

impl From<&Change> for DocumentChange {
    fn from(change: &Change) -> Self {
        match change {
            Change::Revoke => Self::Revoked,
            Change::Suspend => Self::Suspended,
            Change::Reinstate => Self::Reinstated,
            Change::Supersede { .. } => Self::Superseded,
        }
    }
}

impl Event {
    /// A change of a document that is stored already.
    pub fn of(document: &Document, change: DocumentChange) -> Self {
        Self::DocumentChanged {
            document: document.id,
            office: document.office,
            kind: document.kind,
            change,
        }
    }
}

/// Stores an event in the caller's transaction: it is told if, and only if, what it tells about is committed.
pub async fn event(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    event: Event,
) -> Outcome<()> {
    match event {
        // A draft is the citizen's own doing; there is nothing to tell them.
        Event::ApplicationChanged {
            stage: Stage::Draft,
            ..
        } => Ok(()),
        Event::ApplicationChanged {
            application,
            office,
            stage,
        } => {
            let cause = Cause::Application {
                application,
                office,
                stage,
            };
            let id = NoticeId::draw(&service.clock, chance);
            outbox::insert(tx, &service.register(), id, &cause, service.clock.now()).await
        }
        Event::DocumentChanged {
            document, change, ..
        } => agencies::note(service, tx, chance, document, change).await,
    }
}

/// Letters to this address are thrown away: they are written where an account was asked about that does not exist, so
/// that asking takes the same steps. No such domain exists (RFC 2606).
pub const NOBODY: &str = "nobody@nobody.invalid";

/// Sealed letters are as long as a multiple of this.
const PADDED: usize = 2048;

/// A letter to one person. Its content does not print.
pub struct Letter {
    /// Where to.
    pub to: Address,
    /// One line.
    pub subject: String,
    /// Lines of plain text.
    pub text: String,
}

/// A letter as it is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    to: String,
    subject: String,
    text: String,
}

fn cell(id: &[u8]) -> Cell<'_> {
    Cell {
        table: "outbox",
        row: id,
        column: "sealed",
    }
}

/// Stores a letter in the caller's transaction, sealed; it is erased when it was delivered.
pub async fn mail(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    letter: Letter,
) -> Outcome<()> {
    let id = NoticeId::draw(&service.clock, chance);
    let sealed = Sealed {
        to: letter.to.as_str().to_string(),
        subject: letter.subject,
        text: letter.text,
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(4 * PADDED));
    serde_json::to_writer(&mut *plain, &sealed).map_err(|_| Failure::Row("outbox.sealed"))?;
    // Neither the length of what is stored nor the time to store it tells which letter it is; blanks at the end of
    // JSON mean nothing.
    let padded = plain.len().next_multiple_of(PADDED);
    plain.resize(padded, b' ');
    let row = id.to_vec();
    let sealed = service.crypter.seal(chance, cell(&row), &plain);
    let cause = Cause::Letter(Some(sealed));
    outbox::insert(tx, &service.register(), id, &cause, service.clock.now()).await
}

/// Opens a letter that is to be delivered.
fn open(service: &Service, id: NoticeId, sealed: &[u8]) -> Outcome<Letter> {
    let row = id.to_vec();
    let plain = service.crypter.open(cell(&row), sealed)?;
    let letter: Sealed =
        serde_json::from_slice(&plain).map_err(|_| Failure::Row("outbox.sealed"))?;
    Ok(Letter {
        to: Address::parse(&letter.to).map_err(|_| Failure::Row("outbox.sealed"))?,
        subject: letter.subject,
        text: letter.text,
    })
}
