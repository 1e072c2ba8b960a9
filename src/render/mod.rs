//! Pictures of documents.

pub mod qr;
