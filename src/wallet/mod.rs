//! Documents on a phone: an officer sees a person and opens an activation; the phone redeems its code with a key of its
//! own and gets credentials bound to that key; it renews them by itself, until it is lost, replaced or emptied.
//!
//! A credential is signed like a document: its intent and status index are stored before the key is used, and what was
//! signed is judged by the verifier's own function before it is handed out. The text is not kept: Ed25519 makes the
//! same signature of the same claims, which are sealed, so an answer that was lost is given again.

mod activate;
mod challenge;
mod contents;
mod issue;
mod phones;
pub(crate) mod purge;
mod redeem;
mod renew;
mod sealed;

pub use activate::{Opened, cancel, open};
pub use challenge::challenge;
pub use issue::void_unfinished;
pub(crate) use phones::end_erased;
pub use phones::{end_lost, find, follow};
pub use purge::purge;
pub use redeem::{Claim, redeem};
pub use renew::{Answer, remove, renew};
pub(crate) use sealed::{index as nik_index, is_of};

use crate::domain::ids::DeviceId;
use crate::failure::Failure;
use crate::throttle::Rule;
use credential::ids::KeyId;

/// Realm of the locks on a person's activations and phones, by keyed hash of the NIK.
pub(crate) const PHONES: &str = "phones";
/// Codes and proofs that one address may try; an office's phones may share it.
const TRIES_FROM_ADDRESS: Rule = Rule {
    name: "wallet-address",
    max: 120,
    per_seconds: 600,
};
/// Renewals and removals of one phone.
const TRIES_OF_DEVICE: Rule = Rule {
    name: "wallet-device",
    max: 20,
    per_seconds: 3600,
};
/// Activations that one officer opens.
const ACTIVATIONS_OF_OFFICER: Rule = Rule {
    name: "wallet-officer",
    max: 120,
    per_seconds: 3600,
};

/// Phones that one officer ends, of people of the office's own region: a counter's busy day. One account ends no more,
/// whatever it is asked by whoever holds it.
const ENDS_OF_OFFICER: Rule = Rule {
    name: "wallet-end",
    max: 30,
    per_seconds: 86_400,
};
/// Of those, of people of other regions: travellers whose phone is gone.
const ENDS_ELSEWHERE: Rule = Rule {
    name: "wallet-end-elsewhere",
    max: 5,
    per_seconds: 86_400,
};

/// A credential for the phone that it is bound to.
pub struct Credential {
    /// Slug of the document's kind.
    pub kind: &'static str,
    /// Slug of the purpose; none: the whole document.
    pub purpose: Option<&'static str>,
    /// The QR text, without the phone's proof.
    pub text: String,
    /// The key that signed it.
    pub kid: KeyId,
    /// Claim `iat`.
    pub issued: i64,
    /// Claim `exp`.
    pub expires: i64,
    /// From when on a newer one is given.
    pub renew_after: i64,
}

/// What a phone gets.
pub struct Handed {
    /// The phone.
    pub device: DeviceId,
    /// Everything that its person may show.
    pub credentials: Vec<Credential>,
    /// The person's name.
    pub name: String,
}

/// The one answer to a code that is wrong, used or too old.
fn wrong_code() -> Failure {
    Failure::field(
        "code",
        "is wrong, was used or is older than 10 minutes; ask the officer for a new one",
    )
}

fn wrong_proof() -> Failure {
    Failure::field(
        "proof",
        "is no signature by the phone's key over what it must sign",
    )
}
