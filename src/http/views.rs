//! What the API takes and gives, as its description shows it.

use crate::domain::document::Document;
use crate::failure::Outcome;
use crate::render::qr::{self, Symbol};
use crate::store::{Tx, status_lists};
use serde::Serialize;
use utoipa::ToSchema;

/// What to issue.
#[derive(ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body; the fields are parsed one by one"
)]
pub struct IssueBody {
    /// NIK of the person; for a KK, of any member of the family.
    #[schema(example = "3273015204870003")]
    nik: String,
    /// `ktp` or `kk`.
    #[schema(example = "ktp")]
    pub kind: String,
    /// Replace the document in force.
    supersede: Option<bool>,
    /// A face picture for a KTP-el: Base64 of PNG, JPEG or WebP, at most 600 bytes.
    face: Option<String>,
}

/// Why a state changes.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct ReasonBody {
    /// One line of at most 200 characters, without personal data.
    #[schema(example = "lost")]
    pub reason: String,
    /// Supersede only: id of the newer document.
    by: Option<String>,
}

/// Whose documents to look for.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct SearchBody {
    /// NIK of the person; for a KK, of any member of the family.
    #[schema(example = "3273015204870003")]
    nik: String,
    /// `ktp` or `kk`.
    #[schema(example = "ktp")]
    pub kind: String,
}

/// A document, without what it says of the person.
#[derive(Serialize, ToSchema)]
pub struct DocumentView {
    /// Names it in addresses.
    pub id: String,
    /// Slug of its kind.
    pub kind: &'static str,
    /// The number printed on letters and deeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// `issuing`, `void`, `active`, `suspended`, `revoked` or `superseded`.
    pub state: &'static str,
    /// Since when, epoch seconds.
    pub state_since: i64,
    /// Why it is suspended, revoked or superseded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The newer document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
    /// Epoch seconds.
    pub issued_at: i64,
    /// Epoch seconds; absent: for life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Key id of the issuer's key.
    pub kid: String,
    /// Where its status stands.
    pub status: StatusView,
    /// False where it has ended but the public list could not be signed yet; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// A KK with the core columns of its members alone.
    pub core_only: bool,
    /// Its QR, once it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrView>,
}

/// Where its status stands.
#[derive(Serialize, ToSchema)]
pub struct StatusView {
    /// Name of the list.
    pub uri: String,
    /// Index in the list.
    pub idx: u32,
}

/// Its QR.
#[derive(Serialize, ToSchema)]
pub struct QrView {
    /// The signed text in the QR.
    pub text: String,
    /// Version of the symbol, 1 to 40.
    pub version: u8,
    /// Error correction, `M` or `L`.
    pub ecc: &'static str,
    /// Address of the PNG.
    pub png: String,
    /// Address of the SVG.
    pub svg: String,
}

/// A document that was just issued.
#[derive(Serialize, ToSchema)]
pub struct IssuedView {
    /// The document.
    pub document: DocumentView,
    /// The document it replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded: Option<String>,
    /// What was left out or weakened so that it fits one symbol.
    pub notes: Vec<&'static str>,
}

/// A page of documents, newest first.
#[derive(Serialize, ToSchema)]
pub struct PageView {
    /// The documents.
    pub items: Vec<DocumentView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The symbol of a signed document.
pub fn symbol(document: &Document) -> Option<Symbol> {
    let signed = document.state.signed()?;
    qr::encode(&signed.text, signed.ecc.into()).ok()
}

/// A document whose list has that name.
pub fn view(d: &Document, uri: String) -> DocumentView {
    view_at(d, uri, &format!("/v1/documents/{}", d.id))
}

/// The same, its pictures below the address `base`.
pub fn view_at(d: &Document, uri: String, base: &str) -> DocumentView {
    let id = d.id.to_string();
    let qr = d.state.signed().and_then(|signed| {
        Some(QrView {
            text: signed.text.clone(),
            version: qr::version(&signed.text, signed.ecc.into()).ok()?,
            ecc: signed.ecc.name(),
            png: format!("{base}/qr.png"),
            svg: format!("{base}/qr.svg"),
        })
    });
    DocumentView {
        kind: d.kind.slug,
        number: d.number.clone(),
        state: d.state.name(),
        state_since: d.since,
        reason: d.state.reason().map(str::to_string),
        superseded_by: d.state.superseded_by().map(|by| by.to_string()),
        issued_at: d.issued,
        expires_at: d.expires,
        kid: d.kid.to_string(),
        status: StatusView {
            uri,
            idx: d.place.index,
        },
        public: None,
        core_only: d.core_only,
        qr,
        id,
    }
}

/// Documents with the names of their lists.
pub async fn views(tx: &mut Tx, found: &[Document]) -> Outcome<Vec<DocumentView>> {
    let lists = status_lists::all(tx).await?;
    let uri = |d: &Document| {
        let list = lists.iter().find(|list| list.id == d.place.list);
        list.map(|list| list.uri.clone()).unwrap_or_default()
    };
    Ok(found.iter().map(|d| view(d, uri(d))).collect())
}
