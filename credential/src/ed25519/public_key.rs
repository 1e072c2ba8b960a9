//! A trusted public key that makes itself faster the more it is asked.

use super::{BaseTable, Batch, IssuerKey, PreparedKey, TableSize};
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::OnceLock;

/// After this many single checks a key gets its table: a command that judges one QR never pays for it, a scanner
/// at a door does once.
const CHECKS_BEFORE_TABLE: u32 = 8;

/// Multiples of the base point, shared by all keys of the process (0.5 MB).
static BASE: OnceLock<BaseTable> = OnceLock::new();

/// A public key that may sign: on the curve, canonically encoded, not of small order.
///
/// Its table of multiples (0.1 MB) is made once it was asked often enough; the answers do not depend on it.
pub struct PublicKey {
    key: IssuerKey,
    checks: AtomicU32,
    table: OnceLock<PreparedKey>,
}

impl PublicKey {
    /// From 32 raw bytes. `None` where they are no acceptable key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        IssuerKey::from_bytes(bytes).ok().map(Self::new)
    }

    fn new(key: IssuerKey) -> Self {
        Self {
            key,
            checks: AtomicU32::new(0),
            table: OnceLock::new(),
        }
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.bytes()
    }

    /// Whether `signature` is this key's over `message`, under the rules of [`super`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.verify_parts(&[message], signature)
    }

    /// [`PublicKey::verify`] of the concatenated parts.
    pub fn verify_parts(&self, message: &[&[u8]], signature: &[u8; 64]) -> bool {
        if self.table.get().is_none() && self.checks.fetch_add(1, Relaxed) < CHECKS_BEFORE_TABLE {
            return self.key.verify_parts(message, signature);
        }
        self.prepared().verify_parts(message, signature)
    }

    /// Adds a check to a batch; its answer is the one `verify_parts` would give.
    pub fn verify_in(&self, batch: &mut Batch, message: &[&[u8]], signature: &[u8; 64]) {
        batch.push(self.prepared(), message, signature);
    }

    fn prepared(&self) -> &PreparedKey {
        self.table.get_or_init(|| {
            let base = BASE.get_or_init(|| BaseTable::new(TableSize::Medium));
            PreparedKey::new(&self.key, base, TableSize::Small)
        })
    }
}

impl Clone for PublicKey {
    fn clone(&self) -> Self {
        Self::new(self.key.clone())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", crate::ids::KeyId::of(self.as_bytes()))
    }
}
