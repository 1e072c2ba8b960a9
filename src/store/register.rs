//! Seals over rows: of the register, people and names of regions, and of applications. HMAC under a key of `data.key`, which the database
//! does not hold, over what a row says: what was only written into the database makes no document.
//!
//! What a seal does not show is a row that was put back together with its seal from before, and one that is gone.

use crate::crypter::Crypter;
use sqlx::{ColumnIndex, Decode, FromRow, Type};
use subtle::ConstantTimeEq;

/// Bytes of a seal. Half of the HMAC: nobody without the key can try, and a nation has 280 million rows.
pub const LENGTH: usize = 16;

/// What a row's seal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// This service wrote the row as it is.
    Fits,
    /// There is none: the row is from before there were seals, or somebody wrote it.
    Missing,
    /// Somebody changed the row.
    Broken,
}

/// What seals rows and judges them.
#[derive(Clone, Copy)]
pub struct Register<'c> {
    crypter: &'c Crypter,
    unsealed: bool,
}

impl<'c> Register<'c> {
    /// `unsealed`: rows without a seal count too (`[register] accept_unsealed`).
    pub fn new(crypter: &'c Crypter, unsealed: bool) -> Self {
        Self { crypter, unsealed }
    }

    /// Whether a row with such a seal counts.
    pub fn admits(&self, seal: Seal) -> bool {
        match seal {
            Seal::Fits => true,
            Seal::Missing => self.unsealed,
            Seal::Broken => false,
        }
    }

    /// What opens personal data.
    pub fn crypter(&self) -> &'c Crypter {
        self.crypter
    }

    pub(super) fn seal(&self, purpose: &'static str, parts: &[Part<'_>]) -> [u8; LENGTH] {
        let mac = self.crypter.index(purpose, &bytes(parts));
        let mut seal = [0; LENGTH];
        seal.copy_from_slice(&mac[..LENGTH]);
        seal
    }

    pub(super) fn judge(
        &self,
        purpose: &'static str,
        parts: &[Part<'_>],
        kept: Option<&[u8]>,
    ) -> Seal {
        match kept {
            None => Seal::Missing,
            Some(kept) if self.seal(purpose, parts).ct_eq(kept).into() => Seal::Fits,
            Some(_) => Seal::Broken,
        }
    }

    /// What to call a row where its number may not be told: four bytes of a keyed hash.
    pub fn name(&self, nik: i64) -> String {
        let hash = self.crypter.index("register name", &nik.to_be_bytes());
        super::hex(&hash[..4])
    }
}

/// A row as it was found.
pub struct Found<K, R> {
    /// The key, which is the first column.
    pub key: K,
    /// None: a column holds what none of its kind can be.
    pub row: Option<R>,
}

impl<K, R> Found<K, R> {
    /// What its seal says; a row that cannot be read is broken.
    pub fn judge(&self, judge: impl Fn(&R) -> Seal) -> Seal {
        self.row.as_ref().map_or(Seal::Broken, judge)
    }
}

/// What was sealed of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed<K> {
    /// Key of the last row that was looked at.
    pub last: K,
    /// Rows that got a seal.
    pub sealed: u64,
    /// Rows that got none: this service did not write them as they are.
    pub left: u64,
}

impl<K> Sealed<K> {
    pub(super) fn up_to(last: K) -> Self {
        let (sealed, left) = (0, 0);
        Self { last, sealed, left }
    }
}

/// The key is the first column.
impl<'r, D, K, R> FromRow<'r, D> for Found<K, R>
where
    D: sqlx::Row,
    usize: ColumnIndex<D>,
    K: Type<D::Database> + Decode<'r, D::Database>,
    R: FromRow<'r, D>,
{
    fn from_row(row: &'r D) -> sqlx::Result<Self> {
        Ok(Self {
            key: row.try_get(0)?,
            row: R::from_row(row).ok(),
        })
    }
}

/// A value of a row.
pub(super) enum Part<'a> {
    Number(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Nothing,
}

impl From<i64> for Part<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a String> for Part<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Vec<u8>> for Part<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Option<i64>> for Part<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }
}

impl<'a, T> From<&'a Option<T>> for Part<'a>
where
    &'a T: Into<Part<'a>>,
{
    fn from(part: &'a Option<T>) -> Self {
        part.as_ref().map_or(Self::Nothing, Into::into)
    }
}

fn long(bytes: &mut Vec<u8>, kind: u8, part: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

/// One after the other; of each its kind, of what has one its length: no two rows are the same bytes.
fn bytes(parts: &[Part<'_>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    for part in parts {
        match part {
            Part::Nothing => bytes.push(0),
            Part::Number(number) => {
                bytes.push(1);
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            Part::Text(text) => long(&mut bytes, 2, text.as_bytes()),
            Part::Bytes(own) => long(&mut bytes, 3, own),
        }
    }
    bytes
}
