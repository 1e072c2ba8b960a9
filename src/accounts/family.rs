//! The family of an account, and the documents that one login shows: one's own, the family card, those of children
//! below 17.

use super::holder::holder;
use crate::domain::document::{Document, Subject as Number};
use crate::domain::ids::{AccountId, DocumentId};
use crate::domain::kinship;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::{Tx, documents as store, persons};
use credential::date::Date;
use credential::kinds::Subject;

/// Whose a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The whole family's.
    Family,
    /// One person's, by place in what [`family`] gives.
    Member(usize),
}

/// A document that an account may see.
pub struct Held {
    /// The document, active or suspended.
    pub document: Document,
    /// Whose it is.
    pub owner: Owner,
}

impl Held {
    /// How it stands at that second: `active`, `suspended` or `expired`.
    pub fn standing(&self, now: i64) -> &'static str {
        match self.document.expires {
            Some(end) if end <= now => "expired",
            _ => self.document.state.name(),
        }
    }
}

/// Everybody in the account's family card, head first.
///
/// # Errors
/// [`Failure::NotFound`] where the account is closed.
pub async fn family(service: &Service, tx: &mut Tx, account: AccountId) -> Outcome<Vec<Person>> {
    Ok(household(service, tx, account).await?.1)
}

/// The documents in force of the family and of everybody in it for whom the account may act without a paper.
///
/// # Errors
/// [`Failure::NotFound`] where the account is closed.
pub async fn documents(service: &Service, tx: &mut Tx, account: AccountId) -> Outcome<Vec<Held>> {
    let (me, members) = household(service, tx, account).await?;
    let today = today(service)?;
    let mut held = Vec::new();
    let card = store::all_in_force(tx, Number(me.nomor_kk.as_u64())).await?;
    let of_family = |d: &Document| d.kind.subject == Subject::Family;
    held.extend(card.into_iter().filter(of_family).map(|document| Held {
        document,
        owner: Owner::Family,
    }));
    for (place, member) in members.iter().enumerate() {
        if kinship::may_act_for(&me, member, today).acts() {
            let theirs = store::all_in_force(tx, Number(member.nik.as_u64())).await?;
            let theirs = theirs.into_iter().filter(|d| !of_family(d));
            held.extend(theirs.map(|document| Held {
                document,
                owner: Owner::Member(place),
            }));
        }
    }
    Ok(held)
}

/// The document, if it is one of those that [`documents`] lists for the account.
pub async fn may_see(
    service: &Service,
    tx: &mut Tx,
    account: AccountId,
    id: DocumentId,
) -> Outcome<Option<Document>> {
    let held = documents(service, tx, account).await?;
    let found = held.into_iter().find(|held| held.document.id == id);
    Ok(found.map(|held| held.document))
}

async fn household(
    service: &Service,
    tx: &mut Tx,
    account: AccountId,
) -> Outcome<(Person, Vec<Person>)> {
    let me = holder(service, tx, account).await?;
    let me = me.ok_or(Failure::NotFound(Thing::Account))?.person;
    let members = persons::family(tx, &service.register(), me.nomor_kk).await?;
    Ok((me, members))
}

pub(crate) fn today(service: &Service) -> Outcome<Date> {
    Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))
}
