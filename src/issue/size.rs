//! The fullest form of a document that fits one symbol.

use crate::chance::Chance;
use crate::domain::document::Ecc;
use crate::failure::{Failure, Outcome};
use crate::render::qr;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::issue::Unsigned;
use credential::document::Document;
use credential::holder::HolderKey;
use credential::ids::KeyId;
use credential::token::pack;

/// zlib and Base45 make texts of equal claims differ by a few characters from one signature to the next.
const MARGIN: usize = 24;
/// Characters that a phone's proof around a bound credential adds at most: 64 bytes of signature, a nonce, an audience,
/// and the headers (FORMAT.md §9).
const PROOF: usize = 420;
/// A token of at most this many bytes fits version 40 at ECC M whatever it says: zlib adds 40 bytes at most, and two
/// bytes make three characters.
const SURELY_M: usize = 2_200;
/// What an envelope adds to its payload.
const ENVELOPE: usize = 100;

/// The error correction that a token's symbol has.
pub(crate) fn ecc(token: &[u8]) -> Outcome<Ecc> {
    if token.len() <= SURELY_M {
        return Ok(Ecc::M);
    }
    ecc_of(pack(token).len())
}

/// The error correction that the symbol of a text of so many characters has.
pub(crate) fn ecc_of(text: usize) -> Outcome<Ecc> {
    match text {
        text if text <= qr::capacity(40, qr::Ecc::M) => Ok(Ecc::M),
        text if text <= qr::capacity(40, qr::Ecc::L) => Ok(Ecc::L),
        _ => Err(Failure::TooLarge),
    }
}

/// Finds the fullest form of a document that fits one symbol.
pub struct Sizing<'a> {
    /// The key that will sign.
    pub kid: KeyId,
    /// Claim `iss`.
    pub iss: &'a str,
    /// Name of the status list.
    pub uri: &'a str,
    /// Index in it.
    pub index: u32,
    /// Claim `iat`.
    pub iat: i64,
    /// Claim `cnf`, in a credential for a phone.
    pub holder: Option<HolderKey>,
}

/// The claims as they will be signed.
pub struct Payload {
    /// Their bytes.
    pub payload: Vec<u8>,
    /// Claim `exp`.
    pub expires: Option<i64>,
}

impl Sizing<'_> {
    /// The payload, and whether only the members' core columns are in it.
    pub fn fit(
        &self,
        document: Document<'_>,
        expires: Option<i64>,
        chance: &mut Chance,
    ) -> Outcome<(Payload, bool)> {
        let (payload, document) = self.payload(document, expires)?;
        if self.fits(&payload, chance) {
            return Ok((Payload { payload, expires }, false));
        }
        let (payload, document) = self.payload(document.into_core_only(), expires)?;
        if document.is_core_only() && self.fits(&payload, chance) {
            return Ok((Payload { payload, expires }, true));
        }
        Err(Failure::TooLarge)
    }

    fn payload<'d>(
        &self,
        document: Document<'d>,
        exp: Option<i64>,
    ) -> Outcome<(Vec<u8>, Document<'d>)> {
        let claims = Claims {
            iss: Some(self.iss),
            exp,
            nbf: None,
            iat: Some(self.iat),
            cnf: self.holder,
            status: Some(StatusRef {
                index: self.index,
                uri: self.uri,
            }),
            identity: Identity::Document(document.clone()),
        };
        let payload = claims.encode().ok_or(Failure::Row("claims"))?;
        Ok((payload, document))
    }

    /// Whether the text fits version 40 at ECC L, with random bytes for the signature that is not there yet.
    fn fits(&self, payload: &[u8], chance: &mut Chance) -> bool {
        if self.holder.is_none() && payload.len() + ENVELOPE <= SURELY_M {
            return true;
        }
        let unsigned = Unsigned::new(self.kid, None, payload.to_vec());
        let text = pack(&unsigned.into_token(&chance.bytes()));
        let proof = if self.holder.is_some() { PROOF } else { 0 };
        text.len() + MARGIN + proof <= qr::capacity(40, qr::Ecc::L)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surely_fits_fits() {
        let mut chance = Chance::seeded(5);
        let noise: Vec<u8> = std::iter::repeat_with(|| chance.bytes::<1>()[0])
            .take(SURELY_M)
            .collect();
        for bytes in [
            noise,
            vec![0xff; SURELY_M],
            (0..SURELY_M).map(|n| n as u8).collect(),
        ] {
            assert!(pack(&bytes).len() + MARGIN <= qr::capacity(40, qr::Ecc::M));
        }
    }
}
