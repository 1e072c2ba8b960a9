//! Judges Indonesian population documents shown as signed QR codes, with no network.
//!
//! * [`reader`] finds QR codes in a grey picture.
//! * [`verifier`] turns a QR's text into a [`verifier::Judgement`], given a bundle and the time.
//! * [`card`] and [`json`] show a judgement to a person and to a program.
//!
//! With the feature `files` (on by default, off for WebAssembly) there are also [`pictures`] (PNG, JPEG and WebP
//! files within strict limits), [`store`] (what this machine trusts and remembers) and [`inspect`] (the layers of
//! any token, unverified).
//!
//! Nothing here opens a socket, and a URL found in a QR is never followed.

pub mod json;
pub mod reader;
pub mod verifier;
pub mod words;

#[cfg(feature = "files")]
pub mod root_key;
#[cfg(feature = "files")]
pub mod store;
