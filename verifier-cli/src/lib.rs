//! Judges Indonesian population documents shown as signed QR codes, with no network.
//!
//! * [`reader`] finds QR codes in a grey picture.
//! * [`verifier`] turns a QR's text into a [`verifier::Judgement`], given a bundle and the time.
//! * [`json`] shows a judgement to a program.
//! * [`root_key`] reads root public keys as people pass them on.
//!
//! With the feature `files` (on by default, off for WebAssembly) there are also [`pictures`] (PNG, JPEG and WebP
//! files within strict limits), [`store`] (what this machine trusts and remembers) and [`inspect`] (the layers of
//! any token, unverified). With the feature `command` there is also [`card`], which shows a judgement to a person.
//!
//! Nothing here opens a socket, and a URL found in a QR is never followed.

pub mod json;
pub mod reader;
pub mod root_key;
pub mod verifier;
pub mod words;

#[cfg(feature = "command")]
pub mod card;
#[cfg(feature = "files")]
pub mod inspect;
#[cfg(feature = "files")]
pub mod pictures;
#[cfg(feature = "files")]
pub mod store;
