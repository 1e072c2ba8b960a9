//! Documents as they were signed, for those who examine them anew: bytes alone, so that reading them costs the database
//! and nothing else.

use super::{Tx, fixed, on, parsed};
use crate::domain::document::{Place, Subject};
use crate::domain::ids::{DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::ids::KeyId;
use credential::kinds::{self, Kind};

const AFTER: &str = "SELECT id, kind, subject, office, status_list, status_index, issued, expires, kid, claims, number, \
    qr_text, qr_ecc, signature FROM documents WHERE id > $1 ORDER BY id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[AFTER];

/// What a document's row says of its signature.
#[derive(Debug)]
pub struct Stored {
    /// Which.
    pub id: DocumentId,
    /// Of which kind.
    pub kind: &'static Kind,
    /// NIK or KK number it is kept under.
    pub subject: Subject,
    /// Who issued it.
    pub office: OfficeId,
    /// Where its status stands.
    pub place: Place,
    /// When, epoch seconds.
    pub issued: i64,
    /// Until when.
    pub expires: Option<i64>,
    /// With which key.
    pub kid: KeyId,
    /// The payload.
    pub claims: Vec<u8>,
    /// The number it prints.
    pub number: Option<String>,
    /// What was made of it, if it was ever signed.
    pub made: Option<Made>,
}

/// A signed document.
#[derive(Debug)]
pub struct Made {
    /// The text of its symbol, or the signature alone where the text is made when it is asked for.
    pub text: Result<String, [u8; 64]>,
    /// The symbol's error correction.
    pub ecc: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    kind: i64,
    subject: i64,
    office: Vec<u8>,
    status_list: Vec<u8>,
    status_index: i64,
    issued: i64,
    expires: Option<i64>,
    kid: Vec<u8>,
    claims: Vec<u8>,
    number: Option<String>,
    qr_text: Option<String>,
    qr_ecc: Option<String>,
    signature: Option<Vec<u8>>,
}

impl TryFrom<Row> for Stored {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let kind = u64::try_from(row.kind).ok().and_then(kinds::by_number);
        let made = match (row.qr_text, row.qr_ecc) {
            (Some(text), Some(ecc)) if text.is_empty() => {
                let signature = row.signature.unwrap_or_default();
                let signature = fixed("documents.signature", &signature)?;
                Some(Made {
                    text: Err(signature),
                    ecc,
                })
            }
            (Some(text), Some(ecc)) => Some(Made {
                text: Ok(text),
                ecc,
            }),
            _ => None,
        };
        Ok(Self {
            id: parsed("documents.id", DocumentId::from_bytes(&row.id))?,
            kind: kind.ok_or(Failure::Row("documents.kind"))?,
            subject: Subject(parsed("documents.subject", u64::try_from(row.subject))?),
            office: parsed("documents.office", OfficeId::from_bytes(&row.office))?,
            place: Place {
                list: parsed(
                    "documents.status_list",
                    ListId::from_bytes(&row.status_list),
                )?,
                index: parsed("documents.status_index", u32::try_from(row.status_index))?,
            },
            issued: row.issued,
            expires: row.expires,
            kid: KeyId(fixed("documents.kid", &row.kid)?),
            claims: row.claims,
            number: row.number,
            made,
        })
    }
}

/// The next of all documents by id, after the document `after`.
pub async fn after(tx: &mut Tx, after: Option<DocumentId>, limit: u32) -> Outcome<Vec<Stored>> {
    let after = after.map_or_else(Vec::new, DocumentId::to_vec);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Stored::try_from).collect()
}
