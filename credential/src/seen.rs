//! Which indexes status lists had as revoked, and when the latest list of each name was issued.
//!
//! Revoked is for good (Token Status List: only 2, suspended, is reversible), so what a list once revoked stays revoked,
//! whatever a later list says. How long a document lives does not stand in a list, and some live as long as their
//! holders: nothing is ever forgotten.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What was seen, ascending by issuer and name of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<Marks>);

/// What was seen of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) iss: String,
    pub(crate) uri: String,
    /// When the latest one was issued, epoch seconds.
    pub(crate) issued: i64,
    /// Indexes that any of them had as revoked, ascending.
    pub(crate) revoked: Vec<u32>,
}

impl Seen {
    fn place(&self, iss: &str, uri: &str) -> Result<usize, usize> {
        let order = |marks: &Marks| {
            marks
                .iss
                .as_str()
                .cmp(iss)
                .then(marks.uri.as_str().cmp(uri))
        };
        self.0.binary_search_by(order)
    }

    pub(crate) fn get(&self, iss: &str, uri: &str) -> Option<&Marks> {
        Some(&self.0[self.place(iss, uri).ok()?])
    }

    /// When the latest list of that name was issued, epoch seconds.
    pub fn issued(&self, iss: &str, uri: &str) -> Option<i64> {
        Some(self.get(iss, uri)?.issued)
    }

    /// Takes note of a list: when it was issued and what it has as revoked, ascending.
    pub fn add(&mut self, iss: &str, uri: &str, issued: i64, revoked: &[u32]) {
        let place = self.place(iss, uri).unwrap_or_else(|place| {
            let marks = Marks {
                iss: iss.to_string(),
                uri: uri.to_string(),
                issued,
                revoked: Vec::new(),
            };
            self.0.insert(place, marks);
            place
        });
        let marks = &mut self.0[place];
        marks.issued = marks.issued.max(issued);
        let mut new = without(revoked, &marks.revoked);
        if new.is_empty() {
            return;
        }
        // From the end, so that nothing is moved twice.
        let mut old = marks.revoked.len();
        marks.revoked.resize(old + new.len(), 0);
        for place in (0..marks.revoked.len()).rev() {
            let Some(index) = new.last() else { break };
            marks.revoked[place] = match old {
                1.. if marks.revoked[old - 1] > *index => {
                    old -= 1;
                    marks.revoked[old]
                }
                _ => new.pop().unwrap_or_default(),
            };
        }
    }

    /// Everything, ascending by issuer and name.
    pub(crate) fn iter(&self) -> core::slice::Iter<'_, Marks> {
        self.0.iter()
    }

    /// As it is kept: for each list, ascending, its issuer, its name, the time, the number of indexes, and for each index
    /// how many lie between it and the one before. Texts have their length before them; numbers are groups of seven
    /// bits, the lowest first, with the eighth bit in all but the last.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for marks in &self.0 {
            for text in [&marks.iss, &marks.uri] {
                number(text.len() as u64, &mut out);
                out.extend_from_slice(text.as_bytes());
            }
            // Times of lists are never negative (FORMAT.md §1).
            number(marks.issued as u64, &mut out);
            number(marks.revoked.len() as u64, &mut out);
            let mut next = 0;
            for index in &marks.revoked {
                number(u64::from(*index) - next, &mut out);
                next = u64::from(*index) + 1;
            }
        }
        out
    }

    /// Reads what [`Seen::encode`] wrote. `None` unless every byte is as it would write it.
    pub fn decode(mut bytes: &[u8]) -> Option<Self> {
        let whole = bytes;
        let mut seen = Self::default();
        while !bytes.is_empty() {
            let mut marks = Marks {
                iss: text(&mut bytes)?,
                uri: text(&mut bytes)?,
                issued: take(&mut bytes)? as i64,
                revoked: Vec::new(),
            };
            let mut next = 0u64;
            for _ in 0..take(&mut bytes)? {
                let index = next.checked_add(take(&mut bytes)?)?;
                marks.revoked.push(u32::try_from(index).ok()?);
                next = index + 1;
            }
            let place = seen.place(&marks.iss, &marks.uri).err()?;
            seen.0.insert(place, marks);
        }
        // One comparison covers order and every other way to write a number.
        (seen.encode() == whole).then_some(seen)
    }
}

/// What of `all` is not in `some`; both ascend.
pub(crate) fn without(all: &[u32], some: &[u32]) -> Vec<u32> {
    let mut some = some.iter();
    let mut said = some.next();
    let mut rest = Vec::new();
    for index in all {
        while said.is_some_and(|said| said < index) {
            said = some.next();
        }
        if said != Some(index) {
            rest.push(*index);
        }
    }
    rest
}

fn number(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * shift);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(take(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(core::str::from_utf8(text).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Seen {
        let mut seen = Seen::default();
        seen.add("ID.32", "b", 300, &[5, 6, 1 << 20]);
        seen.add("ID.3273", "a", 1_795_305_600, &[]);
        seen.add("ID.32", "a", 0, &[0, u32::MAX]);
        seen
    }

    #[test]
    fn lists_only_grow() {
        let mut seen = some();
        seen.add("ID.32", "b", 200, &[1, 6]);
        assert_eq!(seen.issued("ID.32", "b"), Some(300));
        assert_eq!(seen.get("ID.32", "b").unwrap().revoked, [1, 5, 6, 1 << 20]);
        assert!(seen.get("ID.32", "c").is_none() && seen.get("ID.3", "b").is_none());
        assert_eq!(seen.issued("ID.3273", "b"), None);
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let bytes = some().encode();
        assert_eq!(Seen::decode(&bytes), Some(some()));
        assert_eq!(Seen::decode(&[]), Some(Seen::default()));
        for end in 1..bytes.len() {
            if let Some(read) = Seen::decode(&bytes[..end]) {
                // Where it ends with a list.
                assert_eq!(read.encode(), bytes[..end]);
            }
        }
        for bad in [
            // A number with a zero at its end; a list twice; a count beyond the end; an index beyond 32 bits.
            &b"\x01a\x01b\x80\x00\x00"[..],
            b"\x01a\x01b\x00\x00\x01a\x01b\x00\x00",
            b"\x01a\x01b\x00\xff\xff\xff\xff\x7f",
            b"\x01a\x01b\x00\x01\xff\xff\xff\xff\x7f",
            b"\x01a\x01b\x00\x02\xff\xff\xff\xff\x0f\x00",
            b"\x01\xff\x01b\x00\x00",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(Seen::decode(bad), None, "{bad:x?}");
        }
    }
}
