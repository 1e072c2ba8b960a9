//! What a verifier asks a holder's phone to show (FORMAT.md §17): a QR on the scanner's screen, read by the wallet.
//!
//! It is not signed: the phone shows the name in it as what the desk calls itself, and its holder decides.

use crate::base45;
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::key;
use crate::kinds::profiles::{self, Profile};
use crate::presentation::{CNONCE, audience_of, nonce_of};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// How its text begins. All characters of it and of Base45 fit a QR's alphanumeric mode.
pub const PREFIX: &str = "IKD:";
/// Longest text.
const TEXT_MAX: usize = 256;

/// A question to a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What the desk calls itself.
    pub audience: Option<String>,
    /// What the answer must repeat.
    pub nonce: Vec<u8>,
    /// For which purpose; none leaves it to the holder.
    pub profile: Option<&'static Profile>,
}

impl Request {
    /// Reads a QR text; `None` where it is none, or names a profile that this version does not know.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let bytes = base45::decode(text.strip_prefix(PREFIX)?).ok()?;
        gate::check(&bytes, Mode::Deterministic).ok()?;
        let mut d = Decoder::new(&bytes);
        let (mut audience, mut nonce, mut profile) = (None, None, None);
        for _ in 0..d.map().ok()?? {
            match d.u64().ok()? {
                key::AUD => audience = Some(audience_of(&mut d)?.to_string()),
                CNONCE => nonce = Some(nonce_of(&mut d)?.to_vec()),
                key::PROFILE => profile = Some(profiles::by_number(d.u64().ok()?)?),
                _ => return None,
            }
        }
        Some(Self {
            audience,
            nonce: nonce?,
            profile,
        })
    }

    /// Its QR text; `None` where audience or nonce are out of bounds.
    #[cfg(feature = "hold")]
    pub fn text(&self) -> Option<String> {
        let optional = [self.audience.is_some(), self.profile.is_some()];
        let mut w = crate::cbor::write::Writer::new();
        w.map(1 + optional.iter().filter(|there| **there).count());
        if let Some(audience) = &self.audience {
            w.u64(key::AUD).str(audience);
        }
        w.u64(CNONCE).bytes(&self.nonce);
        if let Some(profile) = self.profile {
            w.u64(key::PROFILE).u64(u64::from(profile.number));
        }
        let text = String::from(PREFIX) + &base45::encode(&w.into_bytes());
        // What we write must be what a phone reads.
        (Self::parse(&text).as_ref() == Some(self)).then_some(text)
    }
}
