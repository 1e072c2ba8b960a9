//! Base45 (RFC 9285) with exactly one accepted text for every byte string.
//!
//! Three characters carry two bytes and two characters carry the odd last byte. Values that do not fit
//! (above 65535 or above 255) are refused: a decoder that truncates them lets many texts mean the same bytes.

use alloc::{string::String, vec::Vec};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const NOT_IN_ALPHABET: u8 = 0xff;

const VALUE: [u8; 256] = {
    let mut table = [NOT_IN_ALPHABET; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// The text is not Base45; `position` counts bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBase45 {
    /// Where the first group that cannot be decoded begins.
    pub position: usize,
}

/// Encodes bytes as Base45 text (RFC 9285 §4).
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let mut push = |v: usize| text.push(ALPHABET[v] as char);
    let (pairs, odd) = bytes.as_chunks::<2>();
    for [a, b] in pairs {
        let n = usize::from(*a) * 256 + usize::from(*b);
        push(n % 45);
        push(n / 45 % 45);
        push(n / 2025);
    }
    for a in odd {
        push(usize::from(*a) % 45);
        push(usize::from(*a) / 45);
    }
    text
}

/// Decodes Base45 text. Lower case, white space around the text and values out of range are errors.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase45> {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    let mut groups = text.chunks_exact(3);
    for (i, group) in groups.by_ref().enumerate() {
        let [a, b, c] = [group[0], group[1], group[2]].map(|ch| VALUE[usize::from(ch)]);
        let n = u32::from(a) + u32::from(b) * 45 + u32::from(c) * 2025;
        if a > 44 || b > 44 || c > 44 || n > 0xffff {
            return Err(NotBase45 { position: i * 3 });
        }
        bytes.extend_from_slice(&[(n >> 8) as u8, n as u8]);
    }
    let position = text.len() - groups.remainder().len();
    match *groups.remainder() {
        [] => {}
        [a, b] => {
            let (a, b) = (VALUE[usize::from(a)], VALUE[usize::from(b)]);
            let n = u32::from(a) + u32::from(b) * 45;
            if a > 44 || b > 44 || n > 0xff {
                return Err(NotBase45 { position });
            }
            bytes.push(n as u8);
        }
        _ => return Err(NotBase45 { position }),
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9285_examples() {
        for (bytes, text) in [
            (&b"AB"[..], "BB8"),
            (b"Hello!!", "%69 VD92EX0"),
            (b"base-45", "UJCLQE7W581"),
            (b"ietf!", "QED8WEX0"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn every_group_that_decodes_encodes_to_itself() {
        for a in 0..=255u8 {
            for b in 0..=127u8 {
                let Ok(text) = core::str::from_utf8(&[a, b]).map(String::from) else {
                    continue;
                };
                if let Ok(bytes) = decode(&text) {
                    assert_eq!(encode(&bytes), text);
                }
            }
        }
    }

    #[test]
    fn out_of_range_groups_are_refused() {
        assert_eq!(decode("::"), Err(NotBase45 { position: 0 }));
        assert_eq!(decode("BB8:::"), Err(NotBase45 { position: 3 }));
        assert_eq!(
            decode("GGW"),
            Err(NotBase45 { position: 0 }),
            "65536 is one too many"
        );
        assert_eq!(decode("FGW").map(|b| b.len()), Ok(2), "65535 fits");
        assert_eq!(decode("BB8A"), Err(NotBase45 { position: 3 }));
        assert_eq!(decode("bb8"), Err(NotBase45 { position: 0 }));
        assert_eq!(decode("BB8 "), Err(NotBase45 { position: 3 }));
    }
}
