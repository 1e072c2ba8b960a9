//! An account and the person in the register who holds it.

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::contact::{CONTACT_MAX, Contact};
use crate::domain::ids::AccountId;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::accounts::Account;
use crate::store::{Tx, accounts, persons};
use credential::ids::Nik;
use zeroize::Zeroizing;

/// A contact as it is sealed: its length, then itself, then zeros.
pub(super) const CONTACT_BYTES: usize = 1 + CONTACT_MAX;

/// Whose account it is.
pub struct Holder {
    /// The account.
    pub account: Account,
    /// Its holder, as the register has them now.
    pub person: Person,
}

/// The keyed hash by which the account of a NIK is found, and its tries are counted.
pub(crate) fn nik_index(service: &Service, nik: Nik) -> [u8; 32] {
    let digits = Zeroizing::new(nik.as_u64().to_be_bytes());
    service.crypter.index("account nik", &*digits)
}

/// The keyed hash by which letters to a contact are counted.
pub(super) fn contact_index(service: &Service, contact: &Contact) -> [u8; 32] {
    let key = Zeroizing::new(contact.key());
    service.crypter.index("account contact", key.as_bytes())
}

fn cell<'a>(row: &'a [u8], column: &'static str) -> Cell<'a> {
    Cell {
        table: "accounts",
        row,
        column,
    }
}

/// A new account's row.
pub(super) fn sealed(
    service: &Service,
    chance: &mut Chance,
    nik: Nik,
    contact: &Contact,
) -> Account {
    let id = AccountId::draw(&service.clock, chance);
    let digits = Zeroizing::new(nik.as_u64().to_be_bytes());
    Account {
        id,
        nik_index: nik_index(service, nik),
        nik: service
            .crypter
            .seal(chance, cell(&id.to_vec(), "nik"), &*digits),
        contact_index: contact_index(service, contact),
        contact: seal_contact(service, chance, id, Some(contact)),
        created: service.clock.now(),
    }
}

pub(super) fn seal_contact(
    service: &Service,
    chance: &mut Chance,
    id: AccountId,
    contact: Option<&Contact>,
) -> Vec<u8> {
    let plain = pad_contact(contact);
    service
        .crypter
        .seal(chance, cell(&id.to_vec(), "contact"), &plain)
}

/// What a sealed contact says; none where it is one made up to take the same steps.
pub(super) fn open_contact(
    service: &Service,
    id: AccountId,
    sealed: &[u8],
) -> Outcome<Option<Contact>> {
    let plain = service
        .crypter
        .open(cell(&id.to_vec(), "contact"), sealed)?;
    read_contact(&plain).ok_or(Failure::Row("accounts.contact"))
}

/// The address in a sealed contact.
pub(crate) fn contact_in(
    service: &Service,
    id: AccountId,
    sealed: &[u8],
) -> Outcome<Option<String>> {
    let contact = open_contact(service, id, sealed)?;
    Ok(contact.map(|contact| contact.as_str().to_string()))
}

/// Where the account's letters go.
pub fn contact(service: &Service, account: &Account) -> Outcome<Contact> {
    let contact = open_contact(service, account.id, &account.contact)?;
    contact.ok_or(Failure::Row("accounts.contact"))
}

/// The NIK of the account.
pub(super) fn nik(service: &Service, account: &Account) -> Outcome<Nik> {
    let wrong = || Failure::Row("accounts.nik");
    let plain = service
        .crypter
        .open(cell(&account.id.to_vec(), "nik"), &account.nik)?;
    let digits: [u8; 8] = plain.as_slice().try_into().map_err(|_| wrong())?;
    Nik::from_u64(u64::from_be_bytes(digits)).map_err(|_| wrong())
}

/// Whether an account's keyed hashes are of what is sealed in it.
pub(crate) fn is_whole(service: &Service, account: &Account) -> bool {
    let nik = nik(service, account).map(|nik| nik_index(service, nik));
    let contact = contact(service, account).map(|contact| contact_index(service, &contact));
    nik.is_ok_and(|index| index == account.nik_index)
        && contact.is_ok_and(|index| index == account.contact_index)
}

pub(super) fn pad_contact(contact: Option<&Contact>) -> Zeroizing<Vec<u8>> {
    let text = contact.map(Contact::as_str).unwrap_or_default().as_bytes();
    let mut bytes = Zeroizing::new(vec![0; CONTACT_BYTES]);
    bytes[0] = text.len() as u8;
    bytes[1..=text.len()].copy_from_slice(text);
    bytes
}

/// `None` where the bytes are no padded contact, `Some(None)` where they are that of nobody.
pub(super) fn read_contact(bytes: &[u8]) -> Option<Option<Contact>> {
    let (length, rest) = bytes.split_first()?;
    let text = std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    if text.is_empty() {
        return Some(None);
    }
    Contact::parse(text).ok().map(Some)
}

/// The account and its holder. None where there is no such account any more, or the register says that its holder
/// lives here no more: such an account opens nothing.
pub async fn holder(service: &Service, tx: &mut Tx, id: AccountId) -> Outcome<Option<Holder>> {
    let Some(account) = accounts::by_id(tx, id).await? else {
        return Ok(None);
    };
    let nik = nik(service, &account)?;
    let person = persons::by_nik(tx, &service.register(), nik).await?;
    Ok(person.map(|person| Holder { account, person }))
}
