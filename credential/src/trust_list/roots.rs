//! Who may sign trust lists: one root key, or so many of a set of them.

use super::{Cbor, public_key, wrong};
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::cbor::write::Writer;
use crate::ed25519::PublicKey;
use crate::ids::KeyId;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// Most keys of a root.
pub const MAX_ROOT_KEYS: usize = 16;

/// The keys of a root and how many of them must sign.
///
/// Verifiers pin 32 bytes, its [`RootSet::id`]. Of a lone key these are the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootSet {
    threshold: usize,
    /// Strictly ascending by their bytes.
    keys: Vec<PublicKey>,
}

impl RootSet {
    /// A root of one key.
    pub fn single(key: PublicKey) -> Self {
        Self {
            threshold: 1,
            keys: alloc::vec![key],
        }
    }

    /// `threshold` of these keys, in any order. `None` for a key that stands there twice, no key, more than
    /// [`MAX_ROOT_KEYS`], and a threshold that is 0 or more than there are keys.
    pub fn new(threshold: usize, mut keys: Vec<PublicKey>) -> Option<Self> {
        keys.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        Self::of_sorted(threshold, keys)
    }

    fn of_sorted(threshold: usize, keys: Vec<PublicKey>) -> Option<Self> {
        let fits = keys.len() <= MAX_ROOT_KEYS && (1..=keys.len()).contains(&threshold);
        let ordered = keys.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes());
        // Signers are named by kid: one that two keys share would let one of them count as the other.
        let id = |key: &PublicKey| KeyId::of(key.as_bytes());
        let rest = |n| keys[n + 1..].iter();
        let alone = |(n, key): (usize, &PublicKey)| rest(n).all(|other| id(other) != id(key));
        let fits = fits && ordered && keys.iter().enumerate().all(alone);
        fits.then_some(Self { threshold, keys })
    }

    /// How many must sign.
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// The keys, ascending.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// The key with that identifier.
    pub fn key(&self, kid: KeyId) -> Option<&PublicKey> {
        let mut keys = self.keys.iter();
        keys.find(|key| KeyId::of(key.as_bytes()) == kid)
    }

    /// Whether it is one key alone.
    pub fn is_single(&self) -> bool {
        self.keys.len() == 1
    }

    /// What verifiers pin: the raw key of a lone one, else SHA-256 of [`RootSet::encode`].
    pub fn id(&self) -> [u8; 32] {
        match &self.keys[..] {
            [key] => *key.as_bytes(),
            _ => Sha256::digest(self.encode()).into(),
        }
    }

    /// `[threshold, [keys]]` in deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(2).u64(self.threshold as u64).array(self.keys.len());
        for key in &self.keys {
            w.bytes(key.as_bytes());
        }
        w.into_bytes()
    }

    /// Reads what [`RootSet::encode`] wrote of two keys or more. `None` for anything else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        gate::check(bytes, Mode::Deterministic).ok()?;
        Self::read(&mut Decoder::new(bytes)).ok()
    }

    /// The same out of what has passed the gate.
    pub(super) fn read(d: &mut Decoder<'_>) -> Cbor<Self> {
        let bad = || wrong("root set");
        if d.array()? != Some(2) {
            return Err(bad());
        }
        let threshold = usize::from(d.u8()?);
        let count = d.array()?.unwrap_or_default();
        if !(2..=MAX_ROOT_KEYS as u64).contains(&count) {
            return Err(bad());
        }
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(public_key(d)?);
        }
        Self::of_sorted(threshold, keys).ok_or_else(bad)
    }
}
