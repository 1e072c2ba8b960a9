//! CBOR as a tree, read as far as it goes: unlike the gate, nothing is refused, and damage is a leaf of the tree.

/// Deeper items are not followed.
pub const MAX_DEPTH: usize = 32;

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Major types 0 and 1.
    Int(i128),
    /// A byte string; true if it came in chunks of indefinite length.
    Bytes(Vec<u8>, bool),
    /// A text string; true if it came in chunks of indefinite length.
    Text(String, bool),
    /// An array; true if its length is indefinite.
    Array(Vec<Node>, bool),
    /// A map; true if its length is indefinite.
    Map(Vec<(Node, Node)>, bool),
    /// A tag and its content.
    Tag(u64, Box<Node>),
    /// A simple value: 20 false, 21 true, 22 null, 23 undefined.
    Simple(u8),
    /// A float.
    Float(f64),
    /// What is left of a byte string where the bytes end.
    Cut(Vec<u8>),
    /// Nothing can be read from this offset on.
    Damaged(usize, &'static str),
}

/// Reads one item and what follows it: the number of bytes left over.
pub fn read(bytes: &[u8]) -> (Node, usize) {
    let mut reader = Reader {
        bytes,
        at: 0,
        broken: false,
    };
    let node = reader.item(0);
    let left = if reader.broken {
        0
    } else {
        bytes.len() - reader.at
    };
    (node, left)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Set at the first damage; everything around it ends there.
    broken: bool,
}

impl Reader<'_> {
    fn damaged(&mut self, at: usize, why: &'static str) -> Node {
        self.broken = true;
        Node::Damaged(at, why)
    }

    fn is_break(&mut self) -> bool {
        let is_break = self.bytes.get(self.at) == Some(&0xff);
        self.at += usize::from(is_break);
        is_break
    }

    fn item(&mut self, depth: usize) -> Node {
        let start = self.at;
        if depth > MAX_DEPTH {
            return self.damaged(start, "nested deeper than is followed here");
        }
        let Some(&first) = self.bytes.get(start) else {
            return self.damaged(start, "the bytes end here");
        };
        self.at += 1;
        let (major, info) = (first >> 5, first & 31);
        let value = match info {
            0..=23 => Some(u64::from(info)),
            24..=27 => {
                let width = 1usize << (info - 24);
                let Some(argument) = self.bytes.get(self.at..self.at + width) else {
                    return self.damaged(start, "the bytes end inside a number");
                };
                self.at += width;
                Some(
                    argument
                        .iter()
                        .fold(0, |value, byte| value << 8 | u64::from(*byte)),
                )
            }
            31 if matches!(major, 2..=5) => None,
            31 if major == 7 => return self.damaged(start, "a break where an item should be"),
            _ => return self.damaged(start, "not a CBOR item"),
        };
        match (major, value) {
            (0, Some(value)) => Node::Int(i128::from(value)),
            (1, Some(value)) => Node::Int(-1 - i128::from(value)),
            (2, length) => match self.string(2, length, depth) {
                Ok(bytes) => Node::Bytes(bytes, length.is_none()),
                Err(damage) => damage,
            },
            (3, length) => match self.string(3, length, depth) {
                Ok(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => Node::Text(text, length.is_none()),
                    Err(_) => self.damaged(start, "a text string that is not UTF-8"),
                },
                Err(damage) => damage,
            },
            (4, length) => self.array(length, depth),
            (5, length) => self.map(length, depth),
            (6, Some(tag)) => Node::Tag(tag, Box::new(self.item(depth + 1))),
            (7, Some(value)) => simple_or_float(info, value),
            _ => self.damaged(start, "not a CBOR item"),
        }
    }

    fn string(&mut self, major: u8, length: Option<u64>, depth: usize) -> Result<Vec<u8>, Node> {
        if let Some(length) = length {
            let end = usize::try_from(length)
                .ok()
                .and_then(|n| self.at.checked_add(n));
            let Some(content) = end.and_then(|end| self.bytes.get(self.at..end)) else {
                if major == 2 {
                    self.broken = true;
                    return Err(Node::Cut(self.bytes[self.at..].to_vec()));
                }
                return Err(self.damaged(self.at, "the bytes end inside a string"));
            };
            self.at += content.len();
            return Ok(content.to_vec());
        }
        let mut whole = Vec::new();
        while !self.is_break() {
            match self.item(depth + 1) {
                Node::Bytes(part, false) if major == 2 => whole.extend(part),
                Node::Text(part, false) if major == 3 => whole.extend(part.into_bytes()),
                damage @ (Node::Damaged(..) | Node::Cut(_)) => return Err(damage),
                _ => return Err(self.damaged(self.at, "a chunk of another type in a string")),
            }
        }
        Ok(whole)
    }

    fn array(&mut self, length: Option<u64>, depth: usize) -> Node {
        let mut items = Vec::new();
        while !self.broken && !self.ended(length, items.len()) {
            items.push(self.item(depth + 1));
        }
        Node::Array(items, length.is_none())
    }

    fn map(&mut self, length: Option<u64>, depth: usize) -> Node {
        let mut entries = Vec::new();
        while !self.broken && !self.ended(length, entries.len()) {
            let key = self.item(depth + 1);
            let value = match self.broken {
                true => Node::Simple(23),
                false => self.item(depth + 1),
            };
            entries.push((key, value));
        }
        Node::Map(entries, length.is_none())
    }

    fn ended(&mut self, length: Option<u64>, read: usize) -> bool {
        match length {
            Some(length) => read as u64 >= length,
            None => self.is_break(),
        }
    }
}

fn simple_or_float(info: u8, value: u64) -> Node {
    match info {
        25 => Node::Float(half(value as u16)),
        26 => Node::Float(f64::from(f32::from_bits(value as u32))),
        27 => Node::Float(f64::from_bits(value)),
        _ => Node::Simple(value as u8),
    }
}

/// IEEE 754 half precision (RFC 8949 Appendix D).
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let value = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (mantissa + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { value } else { -value }
}
