//! Pictures and printable forms of documents.

pub mod pdf;
pub mod portrait;
pub mod qr;

use crate::domain::document::Ecc;

impl From<Ecc> for qr::Ecc {
    fn from(ecc: Ecc) -> Self {
        match ecc {
            Ecc::M => Self::M,
            Ecc::L => Self::L,
        }
    }
}
