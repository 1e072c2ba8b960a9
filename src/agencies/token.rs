//! Bearer tokens of agencies: `ikda_` and base64url of the agency's id and 256 random bits.

use crate::chance::Chance;
use crate::domain::ids::AgencyId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const PREFIX: &str = "ikda_";

/// A token. Cannot be printed by accident.
pub struct AgencyToken {
    agency: AgencyId,
    secret: Zeroizing<[u8; 32]>,
}

impl AgencyToken {
    /// A new one.
    pub fn draw(agency: AgencyId, chance: &mut Chance) -> Self {
        Self {
            agency,
            secret: Zeroizing::new(chance.bytes()),
        }
    }

    /// Reads a token as it was handed out.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        let (id, secret) = bytes.split_at_checked(16)?;
        Some(Self {
            agency: AgencyId::from_bytes(id).ok()?,
            secret: Zeroizing::new(secret.try_into().ok()?),
        })
    }

    /// Whose it claims to be.
    pub fn agency(&self) -> AgencyId {
        self.agency
    }

    /// What is stored of it. 256 random bits need no slow hash.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret.as_slice()).into()
    }

    /// Compares with a stored hash, in a time that tells nothing.
    pub fn fits(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }

    /// The text to hand out, once.
    pub fn expose(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(self.agency.to_vec());
        bytes.extend_from_slice(self.secret.as_slice());
        Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&*bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn round_trip_and_refusals() {
        let (clock, mut chance) = (Clock::fixed(1_790_000_000), Chance::seeded(7));
        let token = AgencyToken::draw(AgencyId::draw(&clock, &mut chance), &mut chance);
        let text = token.expose();
        let read = AgencyToken::parse(&text).unwrap();
        assert!(read.fits(&token.hash()) && read.agency() == token.agency());
        let other = AgencyToken::draw(token.agency(), &mut chance);
        assert!(!other.fits(&token.hash()));
        // An officer's token is not an agency's.
        let officer = text.replacen("ikda_", "ikd_", 1);
        for bad in ["", "ikda_", "ikda_AAAA", &officer, &format!("{}A", *text)] {
            assert!(AgencyToken::parse(bad).is_none(), "{bad}");
        }
    }
}
