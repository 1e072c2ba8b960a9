//! Pictures and printable forms of documents.

pub mod pdf;
pub mod portrait;
pub mod qr;
