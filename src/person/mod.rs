//! What the service holds of one person: handed out (UU 27/2022 Ps 6, 7, 13) and erased (Ps 8) at the machine, when the
//! person asks for it. Which tables, and what the law keeps, stands in [`crate::retention::TABLES`].

mod columns;
pub mod count;
pub mod erase;
pub mod export;
mod find;

use crate::accounts;
use crate::domain::ids::{AccountId, ApplicationId, DeviceId, DocumentId, NoticeId};
use crate::service::Service;
use crate::store::person::{By, Key, Row};
use crate::tlog::entry::is_of;
use crate::wallet;
use credential::ids::{Nik, NomorKk};

pub use find::find;

/// What the audit trail calls an export.
pub const EXPORTED: &str = "person.export";

/// Where a person's rows are.
pub struct Held {
    /// Whose.
    pub nik: Nik,
    /// The family card they stand in; none where the register does not have them.
    pub family: Option<NomorKk>,
    /// Their account.
    pub account: Option<AccountId>,
    /// Applications about them, and those that they handed in.
    pub applications: Vec<Mine>,
    /// Ids of the applications that look-up values lead to: of the account, and about them.
    reached: Vec<Vec<u8>>,
    /// Phones, also those that ended.
    pub phones: Vec<DeviceId>,
    /// Their own documents, and the family cards that name them.
    pub documents: Vec<DocumentId>,
    /// Codes to sign in and codes for a phone: how many.
    pub codes: usize,
    /// Letters to them that were not delivered yet.
    pub letters: Vec<NoticeId>,
    /// Keys of answers about them that are kept for a repeated request.
    pub answers: Vec<Vec<u8>>,
    /// Sealed values, of whomever, that do not open and so are not searched.
    pub unopened: u64,
}

/// An application in which a person has a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mine {
    /// Which.
    pub id: ApplicationId,
    /// It is about them, or about an event that they report: all that it says is theirs. Else it is about somebody else.
    pub about: bool,
    /// They apply.
    pub applies: bool,
}

impl Held {
    /// Whether there is anything at all.
    pub fn is_empty(&self) -> bool {
        self.family.is_none()
            && self.account.is_none()
            && self.applications.is_empty()
            && self.phones.is_empty()
            && self.documents.is_empty()
            && self.codes == 0
            && self.letters.is_empty()
            && self.answers.is_empty()
    }

    /// What the rows of a table are found by.
    fn keys(&self, service: &Service, by: By) -> Vec<Key> {
        fn bytes(ids: impl Iterator<Item = Vec<u8>>) -> Vec<Key> {
            ids.map(Key::Bytes).collect()
        }
        match by {
            By::Nik => vec![Key::Number(self.nik.as_u64() as i64)],
            By::Family => {
                let number = self.family.map(|family| family.as_u64() as i64);
                number.map(Key::Number).into_iter().collect()
            }
            By::AccountIndex => {
                vec![Key::Bytes(accounts::nik_index(service, self.nik).to_vec())]
            }
            By::PhoneIndex => vec![Key::Bytes(wallet::nik_index(service, self.nik).to_vec())],
            By::Account => bytes(self.account.into_iter().map(AccountId::to_vec)),
            By::Application => bytes(self.applications.iter().map(|mine| mine.id.to_vec())),
            By::Letter => bytes(self.letters.iter().map(|id| id.to_vec())),
            By::Phone => bytes(self.phones.iter().map(|id| id.to_vec())),
            By::Document => bytes(self.documents.iter().map(|id| id.to_vec())),
            By::Actor => {
                let phones = self.phones.iter().map(|id| format!("device {id}"));
                phones.chain(["local".to_string()]).map(Key::Text).collect()
            }
        }
    }

    /// Whether a row that was found is of this person: documents as they were judged before; of the exports, which the
    /// machine's user did for many people, those whose salted hash is that of this NIK.
    fn owns(&self, table: &str, by: By, row: &Row) -> bool {
        match (table, by) {
            ("documents", _) => {
                let id = row.bytes("id").unwrap_or_default();
                self.documents.iter().any(|own| own.as_bytes() == id)
            }
            ("audit", By::Actor) if row.text("action") == Some(EXPORTED) => {
                let nik = columns::number(self.nik.as_u64());
                let content = row.bytes("salt").zip(row.bytes("content_hash"));
                content.is_some_and(|(salt, hash)| is_of(salt, hash, nik.as_bytes()))
            }
            _ => true,
        }
    }
}
