//! The gate every CBOR item passes before it is decoded.
//!
//! Both modes refuse indefinite lengths, duplicate map keys, integers and lengths that are not in their shortest
//! form, invalid UTF-8, trailing bytes and nesting deeper than [`MAX_DEPTH`]. [`Mode::Deterministic`] further
//! demands the map key order of RFC 8949 §4.2.1 and refuses tags, floats and all simple values but
//! false, true and null, so that what passes has exactly one encoding.

use alloc::vec::Vec;
use core::fmt;

/// Arrays, maps and tags may be nested this deep.
pub const MAX_DEPTH: usize = 16;

/// How strict the gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Our own issuers: RFC 8949 §4.2.1 core deterministic encoding.
    Deterministic,
    /// Foreign Claim 169 issuers: map keys in any order, tags and floats allowed.
    AnyKeyOrder,
}

/// Why the gate refused, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateError {
    /// What is wrong.
    pub problem: Problem,
    /// Offset of the offending item from the start of the checked bytes.
    pub position: usize,
}

/// What the gate refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The bytes end inside an item.
    Truncated,
    /// Bytes follow the item.
    TrailingBytes,
    /// An indefinite-length item or a break.
    IndefiniteLength,
    /// An integer or length not in its shortest form, or a reserved additional-information value.
    NotShortest,
    /// Map keys out of deterministic order.
    KeyOrder,
    /// The same map key twice.
    DuplicateKey,
    /// A text string that is not UTF-8.
    NotUtf8,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A tag, float or simple value where none may stand.
    ForbiddenType,
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::Truncated => "the bytes end inside an item",
            Problem::TrailingBytes => "bytes follow the item",
            Problem::IndefiniteLength => "indefinite length",
            Problem::NotShortest => "a number is not in its shortest form",
            Problem::KeyOrder => "map keys are not in deterministic order",
            Problem::DuplicateKey => "duplicate map key",
            Problem::NotUtf8 => "text is not UTF-8",
            Problem::TooDeep => "nested too deep",
            Problem::ForbiddenType => "a tag, float or simple value that may not stand here",
        };
        write!(f, "{what} (byte {})", self.position)
    }
}

/// Checks that `bytes` is exactly one CBOR item that obeys `mode`.
pub fn check(bytes: &[u8], mode: Mode) -> Result<(), GateError> {
    let mut gate = Gate { bytes, at: 0, mode };
    gate.item(0)?;
    if gate.at != bytes.len() {
        return gate.refuse(Problem::TrailingBytes, gate.at);
    }
    Ok(())
}

struct Gate<'a> {
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
}

impl Gate<'_> {
    fn refuse<T>(&self, problem: Problem, position: usize) -> Result<T, GateError> {
        Err(GateError { problem, position })
    }

    fn item(&mut self, depth: usize) -> Result<(), GateError> {
        let start = self.at;
        if depth > MAX_DEPTH {
            return self.refuse(Problem::TooDeep, start);
        }
        let Some(&first) = self.bytes.get(start) else {
            return self.refuse(Problem::Truncated, start);
        };
        let major = first >> 5;
        if major == 7 {
            return self.simple_or_float(first);
        }
        let value = self.head(first)?;
        match major {
            0 | 1 => Ok(()),
            2 | 3 => {
                let Some(content) = usize::try_from(value)
                    .ok()
                    .and_then(|n| self.at.checked_add(n))
                    .and_then(|end| self.bytes.get(self.at..end))
                else {
                    return self.refuse(Problem::Truncated, start);
                };
                if major == 3 && core::str::from_utf8(content).is_err() {
                    return self.refuse(Problem::NotUtf8, start);
                }
                self.at += content.len();
                Ok(())
            }
            4 => {
                for _ in 0..value {
                    self.item(depth + 1)?;
                }
                Ok(())
            }
            5 => match self.mode {
                Mode::Deterministic => self.ordered_map(value, depth),
                Mode::AnyKeyOrder => self.unordered_map(value, depth),
            },
            _ => {
                if self.mode == Mode::Deterministic {
                    return self.refuse(Problem::ForbiddenType, start);
                }
                self.item(depth + 1)
            }
        }
    }

    /// Reads the argument of an item's head in its shortest form; indefinite lengths end here.
    fn head(&mut self, first: u8) -> Result<u64, GateError> {
        let start = self.at;
        let info = first & 0x1f;
        let width = match info {
            0..=23 => {
                self.at += 1;
                return Ok(u64::from(info));
            }
            24..=27 => 1usize << (info - 24),
            28..=30 => return self.refuse(Problem::NotShortest, start),
            _ => return self.refuse(Problem::IndefiniteLength, start),
        };
        let Some(argument) = self.bytes.get(start + 1..start + 1 + width) else {
            return self.refuse(Problem::Truncated, start);
        };
        let value = argument
            .iter()
            .fold(0u64, |value, &byte| (value << 8) | u64::from(byte));
        let smallest = match width {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        if value < smallest {
            return self.refuse(Problem::NotShortest, start);
        }
        self.at += 1 + width;
        Ok(value)
    }

    fn simple_or_float(&mut self, first: u8) -> Result<(), GateError> {
        let width = match first & 0x1f {
            20..=22 => 1,
            23 if self.mode == Mode::AnyKeyOrder => 1,
            25 if self.mode == Mode::AnyKeyOrder => 3,
            26 if self.mode == Mode::AnyKeyOrder => 5,
            27 if self.mode == Mode::AnyKeyOrder => 9,
            31 => return self.refuse(Problem::IndefiniteLength, self.at),
            _ => return self.refuse(Problem::ForbiddenType, self.at),
        };
        if self.at + width > self.bytes.len() {
            return self.refuse(Problem::Truncated, self.at);
        }
        self.at += width;
        Ok(())
    }

    fn ordered_map(&mut self, entries: u64, depth: usize) -> Result<(), GateError> {
        let mut previous: &[u8] = &[];
        for _ in 0..entries {
            let start = self.at;
            self.item(depth + 1)?;
            let key = &self.bytes[start..self.at];
            if key <= previous {
                let problem = if key == previous {
                    Problem::DuplicateKey
                } else {
                    Problem::KeyOrder
                };
                return self.refuse(problem, start);
            }
            previous = key;
            self.item(depth + 1)?;
        }
        Ok(())
    }

    fn unordered_map(&mut self, entries: u64, depth: usize) -> Result<(), GateError> {
        let start = self.at;
        let mut keys = Vec::new();
        for _ in 0..entries {
            let key = self.at;
            self.item(depth + 1)?;
            keys.push(&self.bytes[key..self.at]);
            self.item(depth + 1)?;
        }
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return self.refuse(Problem::DuplicateKey, start);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn problem(bytes: &[u8], mode: Mode) -> Option<Problem> {
        check(bytes, mode).err().map(|e| e.problem)
    }

    #[test]
    fn deterministic_mode_refuses_every_second_way_to_say_it() {
        use Problem::*;
        for (bytes, expected) in [
            (&[0x18, 0x17][..], NotShortest),
            (&[0x19, 0x00, 0xff], NotShortest),
            (&[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], NotShortest),
            (&[0x58, 0x01, 0x00], NotShortest),
            (&[0x1c], NotShortest),
            (&[0x9f, 0xff], IndefiniteLength),
            (&[0x5f, 0x41, 0x00, 0xff], IndefiniteLength),
            (&[0xff], IndefiniteLength),
            (&[0xa2, 0x02, 0x00, 0x01, 0x00], KeyOrder),
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], DuplicateKey),
            (&[0x61, 0xff], NotUtf8),
            (&[0x00, 0x00], TrailingBytes),
            (&[0x82, 0x00], Truncated),
            (
                &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                Truncated,
            ),
            (&[], Truncated),
            (&[0xc0, 0x00], ForbiddenType),
            (&[0xf9, 0x00, 0x00], ForbiddenType),
            (&[0xf7], ForbiddenType),
        ] {
            assert_eq!(
                problem(bytes, Mode::Deterministic),
                Some(expected),
                "{bytes:02x?}"
            );
        }
    }

    #[test]
    fn any_key_order_still_refuses_duplicates() {
        assert_eq!(
            problem(&[0xa2, 0x02, 0x00, 0x01, 0x00], Mode::AnyKeyOrder),
            None
        );
        assert_eq!(
            problem(
                &[0xa3, 0x02, 0x00, 0x01, 0x00, 0x02, 0x01],
                Mode::AnyKeyOrder
            ),
            Some(Problem::DuplicateKey)
        );
    }

    #[test]
    fn depth_is_bounded_without_recursing_into_it() {
        let mut deep = vec![0x81; MAX_DEPTH];
        deep.push(0x00);
        assert_eq!(problem(&deep, Mode::Deterministic), None);
        assert_eq!(
            problem(&vec![0x81; 10_000], Mode::Deterministic),
            Some(Problem::TooDeep)
        );
        assert_eq!(
            problem(&vec![0xc6; 10_000], Mode::AnyKeyOrder),
            Some(Problem::TooDeep)
        );
    }
}
