//! Printable documents: A4 for family cards, letters and deeds, card size for KTP-el and KIA, and the receipt of an
//! application.
//!
//! Everything here is pure: same input, same bytes. A document shows what its signed claims say and nothing else, but
//! for the office's name, the headings and the note how to check it; [`document`] and [`card`] refuse a QR text that
//! does not hold these claims. Labels and order come from the one table (`credential::kinds`).

mod card;
mod columns;
mod compact;
mod family;
mod fonts;
mod letter;
mod paint;
mod receipt;
mod sheet;
mod words;

pub use receipt::{Receipt, Step};

use crate::render::qr::{self, Ecc, Symbol, TooLong};
use credential::claims::Claims;
use credential::cose::Sign1;
use credential::document::{Document, Row};
use credential::kinds::{Class, KK, Kind, Validity};
use credential::lang::Lang;
use credential::token::unpack;

/// The office that issues, as its letters name it.
#[derive(Debug, Clone, Copy)]
pub struct OfficeHead<'a> {
    /// Its name, e.g. `Dinas Kependudukan dan Pencatatan Sipil Kota Bandung`.
    pub name: &'a str,
    /// Its postal address, if letters show it.
    pub address: Option<&'a str>,
    /// The name of the head of office, if letters show it.
    pub head: Option<&'a str>,
}

/// Why there is no PDF. Never holds what the document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The claims are a foreign issuer's.
    #[error("only documents of our own issuers can be printed")]
    Foreign,
    /// Cards have a card's size, everything else A4.
    #[error("this kind of document is not printed in this size")]
    Size,
    /// The QR text holds other claims than those to be drawn.
    #[error("the QR text does not hold the content that is to be printed")]
    NotTheSame,
    /// The text does not fit a symbol.
    #[error("the QR text does not fit: {0}")]
    Symbol(#[from] TooLong),
    /// A character that the typeface does not have.
    #[error("the typeface has no character U+{:04X}", u32::from(*.0))]
    Character(char),
    /// A photo that does not decode.
    #[error("the photo cannot be decoded")]
    Photo,
    /// The writer of the file refused it.
    #[error("the PDF could not be written")]
    Writer,
}

/// A document in the size in which it is printed: [`card`] for KTP-el and KIA, [`document`] for all others.
///
/// # Errors
/// As those two.
pub fn print(
    claims: &Claims<'_>,
    qr_text: &str,
    ecc: Ecc,
    office: &OfficeHead<'_>,
) -> Result<Vec<u8>, PdfError> {
    match claims.document() {
        Some(document) if is_small(document.kind()) => card(claims, qr_text, ecc, office),
        _ => document(claims, qr_text, ecc, office),
    }
}

/// A family card, letter or deed as an A4 PDF, tagged as PDF/UA-1 asks.
///
/// `qr_text` is the signed text that holds `claims`; the symbol is drawn at the level that it was issued with.
///
/// # Errors
/// See [`PdfError`].
pub fn document(
    claims: &Claims<'_>,
    qr_text: &str,
    ecc: Ecc,
    office: &OfficeHead<'_>,
) -> Result<Vec<u8>, PdfError> {
    let printed = Printed::new(claims, qr_text, ecc, office)?;
    let sheet = match printed.document.kind() {
        kind if is_small(kind) => return Err(PdfError::Size),
        kind if kind == &KK => family::sheet(&printed),
        _ => letter::sheet(&printed),
    };
    paint::file(&sheet)
}

/// A KTP-el or KIA as a PDF of two ID-1 pages (85.6 × 53.98 mm), front and back.
///
/// # Errors
/// See [`PdfError`].
pub fn card(
    claims: &Claims<'_>,
    qr_text: &str,
    ecc: Ecc,
    office: &OfficeHead<'_>,
) -> Result<Vec<u8>, PdfError> {
    let printed = Printed::new(claims, qr_text, ecc, office)?;
    if !is_small(printed.document.kind()) {
        return Err(PdfError::Size);
    }
    paint::file(&card::sheet(&printed)?)
}

/// The receipt of an application as an A5 PDF.
///
/// # Errors
/// See [`PdfError`].
pub fn receipt(receipt: &Receipt<'_>) -> Result<Vec<u8>, PdfError> {
    paint::file(&receipt::sheet(receipt)?)
}

/// Whether a kind is printed as a card in the pocket: KTP-el and KIA, not the KK.
fn is_small(kind: &Kind) -> bool {
    kind.class == Class::Card && kind != &KK
}

/// What the layouts of documents draw from.
struct Printed<'a> {
    claims: &'a Claims<'a>,
    document: &'a Document<'a>,
    symbol: Symbol,
    office: &'a OfficeHead<'a>,
}

impl<'a> Printed<'a> {
    fn new(
        claims: &'a Claims<'a>,
        qr_text: &str,
        ecc: Ecc,
        office: &'a OfficeHead<'a>,
    ) -> Result<Self, PdfError> {
        let document = claims.document().ok_or(PdfError::Foreign)?;
        let token = unpack(qr_text).map_err(|_| PdfError::NotTheSame)?;
        let signed = Sign1::parse_canonical(&token.bytes).map_err(|_| PdfError::NotTheSame)?;
        if claims.encode().as_deref() != Some(signed.payload) {
            return Err(PdfError::NotTheSame);
        }
        Ok(Self {
            claims,
            document,
            symbol: qr::encode(qr_text, ecc)?,
            office,
        })
    }

    /// The printed lines. "For life" is only said of a KTP-el: nobody expects a letter or a deed to end.
    fn rows(&self) -> Vec<Row> {
        let mut rows = self.claims.rows(Lang::Id);
        let says_so = self.document.kind().validity == Validity::ForLifeOrItap;
        if self.claims.exp.is_none() && !says_so {
            rows.retain(|row| row.name != UNTIL);
        }
        rows
    }
}

/// Name of the line that says until when a document is valid.
const UNTIL: &str = "berlaku_hingga";
