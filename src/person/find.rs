//! Finding all that is held of a person. Most of it by look-up hashes; what names them in sealed text alone, as whoever
//! hands in an application for somebody else, by opening every value of such a column.

use super::{Held, Mine};
use crate::accounts;
use crate::crypter::Cell;
use crate::domain::dossier::People;
use crate::domain::ids::{AccountId, ApplicationId, DeviceId, DocumentId, NoticeId};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::person::{self, By, Row, SELECTIONS};
use crate::store::sealed::{self, COLUMNS};
use crate::store::{Tx, accounts as rows, applications as stored};
use credential::ids::{Nik, NomorKk};
use credential::kinds::{self, Subject};
use std::collections::BTreeMap;

/// Values read at a time.
const BATCH: i64 = 500;

/// Finds it, in one moment of the database. Opens each application's people, each letter that waits, and each answer
/// that is kept for a repeated request.
pub async fn find(service: &Service, tx: &mut Tx, nik: Nik) -> Outcome<Held> {
    let mut held = Held {
        nik,
        family: None,
        account: None,
        applications: Vec::new(),
        reached: Vec::new(),
        phones: Vec::new(),
        documents: Vec::new(),
        codes: 0,
        letters: Vec::new(),
        answers: Vec::new(),
        unopened: 0,
    };
    let account = by_index(service, tx, &mut held).await?;
    held.reached = reached(service, tx, &held).await?;
    applications(service, tx, &mut held).await?;
    letters(service, tx, &mut held, account.as_ref()).await?;
    Ok(held)
}

/// Fills in what look-up values find: register, account, documents, phones and codes. The account's sealed contact.
pub(super) async fn by_index(
    service: &Service,
    tx: &mut Tx,
    held: &mut Held,
) -> Outcome<Option<(AccountId, Vec<u8>)>> {
    for row in of(service, tx, held, "persons", By::Nik).await? {
        let number = row.number("nomor_kk").and_then(|n| u64::try_from(n).ok());
        held.family = number.and_then(|n| NomorKk::from_u64(n).ok());
    }
    let found = rows::contact_of(tx, &accounts::nik_index(service, held.nik)).await?;
    held.account = found.as_ref().map(|(id, _)| *id);
    let own = |subject| subject != Subject::Family;
    let family = |subject| subject == Subject::Family;
    held.documents = documents(service, tx, held, By::Nik, own).await?;
    let cards = documents(service, tx, held, By::Family, family).await?;
    held.documents.extend(cards);
    held.phones.clear();
    for row in of(service, tx, held, "devices", By::PhoneIndex).await? {
        held.phones.push(id(&row, DeviceId::from_bytes)?);
    }
    let to_sign_in = of(service, tx, held, "account_codes", By::AccountIndex).await?;
    let for_phones = of(service, tx, held, "activations", By::PhoneIndex).await?;
    held.codes = to_sign_in.len() + for_phones.len();
    Ok(found)
}

/// Ids of the applications of the person's account and of those about them.
async fn reached(service: &Service, tx: &mut Tx, held: &Held) -> Outcome<Vec<Vec<u8>>> {
    let mut all = match held.account {
        Some(account) => person::of_account(tx, account.to_vec()).await?,
        None => Vec::new(),
    };
    let subject = held.nik.as_u64().to_be_bytes();
    let subject = service.crypter.index(stored::SUBJECT, &subject);
    all.extend(person::about(tx, &subject).await?);
    Ok(all)
}

/// Whether an application of the person's account or about them, or an account, came since [`find`] looked for them,
/// which takes minutes where there are many. Of another account than `before` letters were not searched for.
pub(super) async fn came(
    service: &Service,
    tx: &mut Tx,
    held: &Held,
    before: Option<AccountId>,
) -> Outcome<bool> {
    let mut now = reached(service, tx, held).await?.into_iter();
    // One that does not open is reached and not held.
    let is_new = |id: Vec<u8>| {
        let mut all = held.applications.iter();
        !held.reached.contains(&id) && !all.any(|mine| mine.id.to_vec() == id)
    };
    Ok((held.account.is_some() && held.account != before) || now.any(is_new))
}

async fn of(service: &Service, tx: &mut Tx, held: &Held, table: &str, by: By) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (_, _, sql) in SELECTIONS.iter().filter(|s| (s.0, s.1) == (table, by)) {
        for key in held.keys(service, by) {
            rows.extend(person::rows(tx, sql, &key).await?);
        }
    }
    Ok(rows)
}

fn id<T, E>(row: &Row, parse: impl Fn(&[u8]) -> Result<T, E>) -> Outcome<T> {
    let bytes = row.bytes("id").unwrap_or_default();
    parse(bytes).map_err(|_| Failure::Row("an id"))
}

/// Documents under that number that are of such a subject and name the person: a NIK and the number of somebody's
/// family card may be the same number, and a card from before they came into the family is not theirs.
async fn documents(
    service: &Service,
    tx: &mut Tx,
    held: &Held,
    by: By,
    subject: impl Fn(Subject) -> bool,
) -> Outcome<Vec<DocumentId>> {
    let mut ids = Vec::new();
    for row in of(service, tx, held, "documents", by).await? {
        let kind = row.number("kind").and_then(|n| u64::try_from(n).ok());
        let kind = kind.and_then(kinds::by_number);
        let kind = kind.ok_or(Failure::Row("documents.kind"))?;
        let named = by == By::Nik || names(row.bytes("claims").unwrap_or_default(), held.nik);
        if subject(kind.subject) && named {
            ids.push(id(&row, DocumentId::from_bytes)?);
        }
    }
    Ok(ids)
}

/// Whether claims name a NIK: it stands in them as an integer of eight bytes (RFC 8949 §3.1).
fn names(claims: &[u8], nik: Nik) -> bool {
    let mut written = [0x1b; 9];
    written[1..].copy_from_slice(&nik.as_u64().to_be_bytes());
    claims.windows(written.len()).any(|at| at == written)
}

/// Every opened value of a sealed column, with its row.
async fn opened(
    service: &Service,
    tx: &mut Tx,
    (table, column): (&str, &str),
    unopened: &mut u64,
    mut each: impl FnMut(&[u8], &[u8]),
) -> Outcome<()> {
    let column = COLUMNS
        .iter()
        .find(|c| (c.table, c.column) == (table, column));
    let column = column.ok_or(Failure::Row("a sealed column"))?;
    let mut after = Vec::new();
    loop {
        let page = sealed::page(tx, column, &after, BATCH).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for (row, value) in &page {
            let cell = Cell {
                table: column.table,
                row,
                column: column.column,
            };
            match service.crypter.open(cell, value) {
                Ok(plain) => each(row, &plain),
                Err(Failure::Row(_)) => *unopened += 1,
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// The part that a person has in an application, by who is named in it; `own` says that it is of their account.
fn part(id: ApplicationId, people: &People, nik: Nik, own: bool) -> Option<Mine> {
    let applies = own || people.applicant() == Some(nik);
    let about = match people.subject() {
        Some(subject) => subject == nik,
        None => applies,
    };
    (about || applies).then_some(Mine { id, about, applies })
}

/// Fills in the applications.
async fn applications(service: &Service, tx: &mut Tx, held: &mut Held) -> Outcome<()> {
    let own = match held.account {
        Some(account) => person::of_account(tx, account.to_vec()).await?,
        None => Vec::new(),
    };
    let (nik, mut found) = (held.nik, BTreeMap::new());
    let mut unopened = 0;
    let column = ("applications", "people");
    opened(service, tx, column, &mut unopened, |row, plain| {
        let Ok(people) = serde_json::from_slice::<People>(plain) else {
            return;
        };
        let Ok(id) = ApplicationId::from_bytes(row) else {
            return;
        };
        let is_own = own.iter().any(|own| own == row);
        if let Some(mine) = part(id, &people, nik, is_own) {
            found.insert(id, mine);
        }
    })
    .await?;
    held.unopened += unopened;
    held.applications = found.into_values().collect();
    Ok(())
}

/// The contact of an account, where it is of no other: members of a family share a mailbox, and what waits for it may be
/// anybody's of them. An address in an application is whatever its applicant typed, so it tells nothing.
async fn own_contact(
    service: &Service,
    tx: &mut Tx,
    id: AccountId,
    sealed: &[u8],
) -> Outcome<Option<String>> {
    let own = rows::by_id(tx, id).await?;
    let own = own.ok_or(Failure::Changed)?.contact_index;
    let mut after = None;
    loop {
        let page = rows::page(tx, after).await?;
        let Some(last) = page.last() else {
            return accounts::contact_in(service, id, sealed);
        };
        after = Some(last.id);
        if page.iter().any(|a| a.id != id && a.contact_index == own) {
            return Ok(None);
        }
    }
}

/// Fills in letters to the contact of the account, where nobody else has it, and answers that name the person or what is
/// theirs. Notices of an application are found by the application.
async fn letters(
    service: &Service,
    tx: &mut Tx,
    held: &mut Held,
    account: Option<&(AccountId, Vec<u8>)>,
) -> Outcome<()> {
    let contact = match account {
        Some((id, sealed)) => own_contact(service, tx, *id, sealed).await?,
        None => None,
    };
    let mut named: Vec<String> = vec![held.nik.as_u64().to_string()];
    named.extend(held.account.map(|id| id.to_string()));
    named.extend(held.applications.iter().map(|mine| mine.id.to_string()));
    named.extend(held.phones.iter().map(|id| id.to_string()));
    let (mut letters, mut answers, mut unopened) = (Vec::new(), Vec::new(), 0);
    opened(
        service,
        tx,
        ("outbox", "sealed"),
        &mut unopened,
        |row, plain| {
            let letter: serde_json::Value = serde_json::from_slice(plain).unwrap_or_default();
            let to = letter["to"].as_str().unwrap_or_default();
            let is_own = |contact: &String| contact.eq_ignore_ascii_case(to);
            if contact.as_ref().is_some_and(is_own) {
                letters.extend(NoticeId::from_bytes(row));
            }
        },
    )
    .await?;
    let column = ("idempotency", "response");
    opened(service, tx, column, &mut unopened, |row, plain| {
        if mentions(plain, &named) {
            answers.push(row.to_vec());
        }
    })
    .await?;
    (held.letters, held.answers) = (letters, answers);
    held.unopened += unopened;
    Ok(())
}

/// Whether one of these texts stands in a value.
fn mentions(plain: &[u8], texts: &[String]) -> bool {
    let texts = texts.iter().filter(|text| !text.is_empty());
    let mut texts = texts.map(|text| text.as_bytes());
    texts.any(|text| plain.windows(text.len()).any(|at| at == text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(applicant: &str, subject: Option<&str>) -> People {
        People {
            applicant_nik: Some(applicant.into()),
            subject_nik: subject.map(str::to_string),
            ..People::default()
        }
    }

    #[test]
    fn an_application_is_of_whom_it_is_about_and_of_who_hands_it_in() {
        let (own, other) = ("3273014907880421", "3273015204880071");
        let nik = Nik::parse(own).unwrap();
        let id = ApplicationId::from_bytes(&[1; 16]).unwrap();
        let of = |people: &People, account| {
            part(id, people, nik, account).map(|mine| (mine.about, mine.applies))
        };
        assert_eq!(of(&people(own, Some(own)), false), Some((true, true)));
        assert_eq!(of(&people(other, Some(own)), false), Some((true, false)));
        assert_eq!(of(&people(own, Some(other)), false), Some((false, true)));
        assert_eq!(of(&people(own, None), false), Some((true, true)));
        assert_eq!(of(&people(other, Some(other)), false), None);
        assert_eq!(of(&people(other, None), false), None);
        assert_eq!(of(&People::default(), true), Some((true, true)));
    }
}
