//! A root of several keys, where they are: each custodian signs alone, and what they signed is put together.
//!
//! What one of them signs is a COSE_Sign with that signature alone; putting together gathers the signatures of one payload
//! (docs/FORMAT.md §7.4).

use crate::keys::file::FileSigner;
use crate::keys::{KeyError, Signer};
use credential::cose::issue::Unsigned;
use credential::cose::sign::Sign;
use credential::cose::sign::issue::UnsignedBySeveral;
use credential::ids::KeyId;
use credential::trust_list::issue::{Proposal, rotation, rotation_by_several};
use credential::trust_list::{RootSet, TrustList};

/// Why there is no signature, or no list.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not a draft of a list or of a rotation.
    #[error("not a draft of a trust list or of the way to another root")]
    NotADraft,
    /// The key is none of those that may sign it.
    #[error("key {0} is none of those that may sign this draft")]
    NotASigner(KeyId),
    /// The file at that place, from 0, is none that a custodian signed.
    #[error("not a draft signed by one of several")]
    NotAPart(usize),
    /// The file at that place is of another draft than the first one.
    #[error("signed for another draft than the first file")]
    AnotherDraft(usize),
    /// A signature in the file at that place is wrong, or of a stranger.
    #[error("the signature of key {1} is wrong, or the key is none of the root's")]
    Signature(usize, KeyId),
    /// Fewer signatures than must be.
    #[error("{have} signatures, and {need} are needed; not there yet: {missing}")]
    TooFew {
        /// Different keys that signed.
        have: usize,
        /// How many must.
        need: usize,
        /// The kids of those who may still sign.
        missing: String,
    },
    /// The list does not lead to the root that it is said to.
    #[error("not a trust list of that root")]
    NotOfThatRoot,
    /// The signer failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A signed draft.
pub struct Signed {
    /// The envelope.
    pub token: Vec<u8>,
    /// Whether it needs no other signature.
    pub complete: bool,
}

/// Signs a draft of a list of several keys, or of a rotation.
///
/// # Errors
/// [`Refused`] where it is no such draft or the key is none of its signers.
pub fn sign(payload: Vec<u8>, key: &FileSigner) -> Result<Signed, Refused> {
    let proposal = Proposal::read(&payload).map_err(|_| Refused::NotADraft)?;
    let kid = KeyId::of(&key.public_key());
    let Some(roots) = proposal.signers().filter(|roots| !roots.is_single()) else {
        if proposal
            .signers()
            .is_some_and(|roots| roots.key(kid).is_none())
        {
            return Err(Refused::NotASigner(kid));
        }
        let unsigned = Unsigned::new(kid, Some(proposal.typ()), payload);
        let signature = key.sign(&unsigned.to_be_signed())?;
        return Ok(Signed {
            token: unsigned.into_token(&signature),
            complete: true,
        });
    };
    if roots.key(kid).is_none() {
        return Err(Refused::NotASigner(kid));
    }
    let unsigned = UnsignedBySeveral::new(proposal.typ(), payload);
    let signature = key.sign(&unsigned.to_be_signed(kid))?;
    Ok(Signed {
        token: unsigned.into_token(&[(kid, signature)]),
        complete: roots.threshold() == 1,
    })
}

/// Puts together what custodians signed, each file with one signature or more, of one draft.
///
/// # Errors
/// [`Refused`] with the place of the file that does not belong, or where too few signed.
pub fn combine(parts: &[Vec<u8>]) -> Result<(TrustList, Vec<u8>), Refused> {
    let read = |n, part| Sign::parse_canonical(part).map_err(|_| Refused::NotAPart(n));
    let first = read(0, parts.first().ok_or(Refused::NotAPart(0))?)?;
    let proposal = Proposal::read(first.payload).map_err(|_| Refused::NotAPart(0))?;
    let roots = proposal.signers().ok_or(Refused::NotAPart(0))?;
    let mut signatures: Vec<(KeyId, [u8; 64])> = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let part = read(n, part)?;
        if part.payload != first.payload || part.typ != proposal.typ() {
            return Err(Refused::AnotherDraft(n));
        }
        for one in &part.signatures {
            let key = roots.key(one.kid);
            if !key.is_some_and(|key| part.is_signed_by(one, key)) {
                return Err(Refused::Signature(n, one.kid));
            }
            if signatures.iter().all(|(kid, _)| *kid != one.kid) {
                signatures.push((one.kid, *one.signature));
            }
        }
    }
    if signatures.len() < roots.threshold() {
        let ids = roots.keys().iter().map(|key| KeyId::of(key.as_bytes()));
        let open = ids.filter(|id| signatures.iter().all(|(kid, _)| kid != id));
        let open: Vec<String> = open.map(|kid| kid.to_string()).collect();
        return Err(Refused::TooFew {
            have: signatures.len(),
            need: roots.threshold(),
            missing: open.join(", "),
        });
    }
    let unsigned = UnsignedBySeveral::new(proposal.typ(), first.payload.to_vec());
    let token = unsigned.into_token(&signatures);
    let list = TrustList::verify(&token, &roots.id()).map_err(|_| Refused::NotADraft)?;
    Ok((list, token))
}

/// The draft of the way from a former root to the one that `list` is of, or to `by`, an earlier one that leads on to it.
///
/// # Errors
/// [`Refused::NotOfThatRoot`] where verifiers of that root would not accept the list.
pub fn lead(list: &[u8], from: &RootSet, by: Option<[u8; 32]>) -> Result<Vec<u8>, Refused> {
    let to = by.or_else(|| TrustList::named_root(list));
    let to = to.ok_or(Refused::NotOfThatRoot)?;
    let verified = TrustList::verify(list, &to).map_err(|_| Refused::NotOfThatRoot)?;
    if verified.root == from.id() {
        return Err(Refused::NotOfThatRoot);
    }
    Ok(match from.is_single() {
        true => rotation(&from.id(), &to, list).into_payload(),
        false => rotation_by_several(from, &to, list).into_payload(),
    })
}
