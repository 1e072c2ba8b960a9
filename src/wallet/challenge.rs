//! Challenges that a phone signs to show that it holds its key. Nothing is kept of them: the service knows its own by a
//! keyed tag. They live a minute and name the phone; each use signs words of its own, so that a signature for a renewal
//! removes nothing. Within its minute an answer may come twice, which does the same again.

use crate::chance::Chance;
use crate::domain::ids::DeviceId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

/// Seconds a challenge lives.
const LIFE: i64 = 60;
/// Last second, nonce, tag.
const PARTS: (usize, usize, usize) = (8, 8, 16);

/// A new challenge for a phone, known or not.
pub fn challenge(service: &Service, chance: &mut Chance, device: DeviceId) -> String {
    let mut bytes = (service.clock.now() + LIFE).to_be_bytes().to_vec();
    bytes.extend_from_slice(&chance.bytes::<{ PARTS.1 }>());
    let tag = service.crypter.challenge_tag(&device.to_vec(), &bytes);
    bytes.extend_from_slice(&tag[..PARTS.2]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Refuses what is no challenge of this service for that phone, or is too old.
pub(super) fn check(service: &Service, device: DeviceId, text: &str) -> Outcome<()> {
    let wrong = || {
        Failure::field(
            "challenge",
            "is not one for this phone, or is older than 60 seconds; ask for a new one",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    if bytes.len() != PARTS.0 + PARTS.1 + PARTS.2 {
        return Err(wrong());
    }
    let (challenge, tag) = bytes.split_at(PARTS.0 + PARTS.1);
    let expected = service.crypter.challenge_tag(&device.to_vec(), challenge);
    let fits: bool = expected[..PARTS.2].ct_eq(tag).into();
    let last = challenge
        .first_chunk()
        .map_or(0, |b| i64::from_be_bytes(*b));
    match fits && service.clock.now() <= last {
        true => Ok(()),
        false => Err(wrong()),
    }
}
