//! Citizens' accounts. NIK and contact come in and go out sealed.

use super::register::Register;
use super::row_seals::ACCOUNTS;
use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::AccountId;
use crate::failure::{Failure, Outcome};
use subtle::ConstantTimeEq;

const INSERT: &str = "INSERT INTO accounts (id, nik_index, nik, contact_index, contact, created, changed) \
    VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (nik_index) DO NOTHING";
const BY_ID: &str = "SELECT * FROM accounts WHERE id = $1";
// The row of that hash or, where there is none, of the next one: a hit and a miss go down the same indexes and read one
// row each, so that looking for a NIK without an account takes the same time.
const CONTACT_OF: &str = "SELECT a.id, a.contact, a.nik_index FROM (SELECT 1 AS one) AS always \
    LEFT JOIN accounts AS a ON a.nik_index = COALESCE(\
    (SELECT nik_index FROM accounts WHERE nik_index >= $1 ORDER BY nik_index LIMIT 1), \
    (SELECT nik_index FROM accounts WHERE nik_index < $1 ORDER BY nik_index DESC LIMIT 1))";
const SET_CONTACT: &str = "UPDATE accounts SET contact_index = $3, contact = $4, changed = $5 \
    WHERE id = $1 AND contact_index = $2";
const DELETE: &str = "DELETE FROM accounts WHERE id = $1";
const PAGE: &str = "SELECT * FROM accounts WHERE id > $1 ORDER BY id LIMIT 500";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, BY_ID, CONTACT_OF, SET_CONTACT, DELETE, PAGE];

/// An account's row.
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Keyed hash of the NIK.
    pub nik_index: [u8; 32],
    /// The sealed NIK.
    pub nik: Vec<u8>,
    /// Keyed hash of the contact.
    pub contact_index: [u8; 32],
    /// The sealed contact.
    pub contact: Vec<u8>,
    /// When it was opened.
    pub created: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    nik_index: Vec<u8>,
    nik: Vec<u8>,
    contact_index: Vec<u8>,
    contact: Vec<u8>,
    created: i64,
}

impl TryFrom<Row> for Account {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("accounts.id", AccountId::from_bytes(&row.id))?,
            nik_index: fixed("accounts.nik_index", &row.nik_index)?,
            nik: row.nik,
            contact_index: fixed("accounts.contact_index", &row.contact_index)?,
            contact: row.contact,
            created: row.created,
        })
    }
}

/// Stores a new account; false where that NIK has one already.
pub async fn insert(tx: &mut Tx, register: &Register<'_>, account: &Account) -> Outcome<bool> {
    let inserted = on!(tx, c => sqlx::query(INSERT)
        .bind(account.id.to_vec()).bind(account.nik_index.to_vec()).bind(&account.nik)
        .bind(account.contact_index.to_vec()).bind(&account.contact).bind(account.created)
        .execute(c).await?.rows_affected());
    if inserted == 1 {
        ACCOUNTS.renew(tx, register, &account.id.to_vec()).await?;
    }
    Ok(inserted == 1)
}

/// The account with that id.
pub async fn by_id(tx: &mut Tx, id: AccountId) -> Outcome<Option<Account>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Account::try_from).transpose()
}

/// Id, sealed contact and hash of the account at or after a hash; nothing where there is no account at all.
type Found = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

/// Id and sealed contact of the account of a NIK, by its keyed hash.
pub async fn contact_of(
    tx: &mut Tx,
    nik_index: &[u8; 32],
) -> Outcome<Option<(AccountId, Vec<u8>)>> {
    let row: Found =
        on!(tx, c => sqlx::query_as(CONTACT_OF).bind(nik_index.to_vec()).fetch_one(c).await?);
    let (Some(id), Some(contact), Some(of)) = row else {
        return Ok(None);
    };
    let id = parsed("accounts.id", AccountId::from_bytes(&id))?;
    let is_it = bool::from(of.as_slice().ct_eq(nik_index.as_slice()));
    Ok(is_it.then_some((id, contact)))
}

/// Stores a new contact, if the contact is still the one with the hash `from`.
pub async fn set_contact(
    tx: &mut Tx,
    register: &Register<'_>,
    id: AccountId,
    from: &[u8; 32],
    index: &[u8; 32],
    sealed: &[u8],
    now: i64,
) -> Outcome<()> {
    let seals = ACCOUNTS.before(tx, register, &id.to_vec()).await?;
    let touched = on!(tx, c => sqlx::query(SET_CONTACT)
        .bind(id.to_vec()).bind(from.to_vec()).bind(index.to_vec()).bind(sealed).bind(now)
        .execute(c).await?.rows_affected());
    one_row(touched)?;
    seals.after(tx, register).await
}

/// Erases an account.
pub async fn delete(tx: &mut Tx, id: AccountId) -> Outcome<()> {
    let touched =
        on!(tx, c => sqlx::query(DELETE).bind(id.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// At most 500 accounts after that id, by id.
pub async fn page(tx: &mut Tx, after: Option<AccountId>) -> Outcome<Vec<Account>> {
    let after = after.map_or_else(Vec::new, AccountId::to_vec);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(PAGE).bind(after).fetch_all(c).await?);
    rows.into_iter().map(Account::try_from).collect()
}
