//! Ways to damage bytes.

use proptest::prelude::*;

/// One way to damage.
#[derive(Debug, Clone)]
pub enum Damage {
    FlipBits(Vec<(usize, u8)>),
    Truncate(usize),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    /// Bytes of another valid token at the same or another place.
    Splice(usize, usize, usize),
    Duplicate(usize, usize, usize),
}

impl Damage {
    /// The damaged bytes; `other` is what pieces are taken from.
    pub fn apply(&self, original: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        let len = bytes.len();
        match self {
            Self::FlipBits(bits) => {
                for (at, bit) in bits {
                    bytes[at % len] ^= 1 << (bit % 8);
                }
            }
            Self::Truncate(at) => bytes.truncate(at % len),
            Self::Insert(at, more) => {
                let at = at % (len + 1);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(at, n) => {
                let at = at % len;
                bytes.drain(at..(at + 1 + n % 16).min(len));
            }
            Self::Splice(at, from, n) => {
                let (at, from) = (at % len, from % other.len());
                let piece = &other[from..(from + 1 + n % 64).min(other.len())];
                let end = (at + piece.len()).min(len);
                bytes.splice(at..end, piece.iter().copied());
            }
            Self::Duplicate(at, from, n) => {
                let (at, from) = (at % len, from % len);
                let piece = bytes[from..(from + 1 + n % 64).min(len)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        bytes
    }
}

/// Any way to damage.
pub fn damage() -> impl Strategy<Value = Damage> {
    let n = || any::<usize>();
    prop_oneof![
        4 => prop::collection::vec((n(), any::<u8>()), 1..4).prop_map(Damage::FlipBits),
        1 => n().prop_map(Damage::Truncate),
        1 => (n(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(a, b)| Damage::Insert(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Damage::Remove(a, b)),
        3 => (n(), n(), n()).prop_map(|(a, b, c)| Damage::Splice(a, b, c)),
        1 => (n(), n(), n()).prop_map(|(a, b, c)| Damage::Duplicate(a, b, c)),
    ]
}
