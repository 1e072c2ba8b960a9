//! Many signatures with one inversion: what a single check spends on R′ → bytes is shared.
//!
//! This is no "batch verification" of a random linear combination. Every signature gets its own R′ and
//! its own comparison, so the answers are the single ones by construction: no cofactor question, no
//! randomness, no second pass to find the bad one, and a batch full of forgeries costs the same.

use alloc::vec::Vec;

use super::field::invert_all;
use super::point::Point;
use super::prepared::PreparedKey;

/// Collects signatures, of one issuer or of many, and judges them together.
#[derive(Default)]
pub struct Batch {
    /// R′ for each signature that is well formed.
    points: Vec<Point>,
    /// For each signature, R as received; `None` where it is already refused.
    received: Vec<Option<[u8; 32]>>,
}

impl Batch {
    /// Room for that many signatures.
    pub fn with_capacity(signatures: usize) -> Batch {
        Batch {
            points: Vec::with_capacity(signatures),
            received: Vec::with_capacity(signatures),
        }
    }

    /// Adds one signature; `message` is the concatenation of the parts.
    pub fn push(&mut self, key: &PreparedKey, message: &[&[u8]], signature: &[u8; 64]) {
        let computed = key.recompute(message, signature);
        self.received.push(computed.map(|(point, r)| {
            self.points.push(point);
            *r
        }));
    }

    /// The answers in the order of [`Batch::push`].
    pub fn finish(self) -> Vec<bool> {
        let mut inverses: Vec<_> = self.points.iter().map(Point::z).collect();
        invert_all(&mut inverses);
        let pairs = self.points.iter().zip(&inverses);
        let mut computed = pairs.map(|(point, inverse)| point.compress_with(inverse));
        let received = self.received.iter();
        received
            .map(|r| r.is_some_and(|r| computed.next() == Some(r)))
            .collect()
    }
}

/// Judges signatures of one issuer: exactly the answers of [`PreparedKey::verify`] one by one.
pub fn verify_batch(key: &PreparedKey, items: &[(&[u8], &[u8; 64])]) -> Vec<bool> {
    let mut batch = Batch::with_capacity(items.len());
    for (message, signature) in items {
        batch.push(key, &[message], signature);
    }
    batch.finish()
}
