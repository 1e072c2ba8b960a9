//! Dictionaries in front of the streams of a PDF. A dictionary that is not plainly one is refused: whoever wants to hide
//! an object stream must not be able to make this look at another text than a reader of PDFs does.

use super::refused::Refused;

/// Longest dictionary that is looked for.
const LONGEST: usize = 64 << 10;

/// White space or a delimiter (ISO 32000-1, 7.2.2).
pub fn is_end(b: u8) -> bool {
    is_space(b) || b"()<>[]{}/%".contains(&b)
}

/// White space, 0 among it.
pub fn is_space(b: u8) -> bool {
    matches!(b, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// The name at the beginning of a text, without its `#xx`, and how long it is there.
pub fn name(text: &[u8]) -> (Vec<u8>, usize) {
    let length = text.iter().position(|b| is_end(*b)).unwrap_or(text.len());
    (plain(&text[..length.min(127)]), length)
}

fn plain(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut n = 0;
    while n < name.len() {
        let hex = |at: usize| name.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (name[n], hex(n + 1), hex(n + 2)) {
            (b'#', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                n += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                n += 1;
            }
        }
    }
    plain
}

/// A piece of a dictionary; of what is no name only the first byte counts.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A name.
    Name(Vec<u8>),
    /// The beginning of anything else.
    Other(u8),
}

/// The dictionary whose stream begins where the text ends; none where the word `stream` follows no dictionary.
pub fn before_stream(text: &[u8]) -> Result<Option<Vec<Piece>>, Refused> {
    let text = &text[text.len().saturating_sub(LONGEST)..];
    let end = text
        .iter()
        .rposition(|b| !is_space(*b))
        .map_or(0, |n| n + 1);
    let text = &text[..end];
    if !text.ends_with(b">>") {
        let close = text.windows(2).rposition(|w| w == b">>");
        let between = close.map_or(&[][..], |at| &text[at + 2..]);
        let first = between.iter().find(|b| !is_space(**b));
        return match first {
            // Readers skip a remark between the dictionary and the stream.
            Some(b'%') => Err(Refused::BadPdf),
            _ => Ok(None),
        };
    }
    let head = (0..text.len()).rev().find_map(|at| head(text, at));
    pieces(head.ok_or(Refused::BadPdf)?).map(Some)
}

/// What follows `9 0 obj` at the beginning of a line, where its `obj` begins at that place. In a remark it cannot stand
/// at the beginning of a line, and in a string its end would be one too many.
fn head(text: &[u8], at: usize) -> Option<&[u8]> {
    let behind = text[at..].strip_prefix(b"obj")?;
    behind.first().filter(|b| is_end(**b))?;
    let mut before = &text[..at];
    for _ in 0..2 {
        before = trimmed(before, is_space)?;
        before = trimmed(before, |b| b.is_ascii_digit())?;
    }
    let line = before.iter().rposition(|b| !matches!(b, b' ' | b'\t'));
    let line = before.get(line?)?;
    matches!(line, b'\n' | b'\r').then_some(behind)
}

/// Without what is of that sort at the end, of which there must be some.
fn trimmed(text: &[u8], sort: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let end = text.iter().rposition(|b| !sort(*b)).map_or(0, |n| n + 1);
    (end < text.len()).then(|| &text[..end])
}

/// The pieces of one dictionary, of which nothing is left open and nothing is closed that was not open.
fn pieces(text: &[u8]) -> Result<Vec<Piece>, Refused> {
    let (mut pieces, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(byte) = text.get(at).copied() {
        let rest = &text[at..];
        if depth == 0 && !is_space(byte) && (!pieces.is_empty() || !rest.starts_with(b"<<")) {
            return Err(Refused::BadPdf);
        }
        let length = match byte {
            b if is_space(b) => 1,
            b'/' => {
                let (name, length) = name(&rest[1..]);
                pieces.push(Piece::Name(name));
                at += 1 + length;
                continue;
            }
            b'<' if rest.starts_with(b"<<") => {
                depth += 1;
                2
            }
            b'>' if rest.starts_with(b">>") => {
                depth = depth.checked_sub(1).ok_or(Refused::BadPdf)?;
                2
            }
            b'<' => hexadecimal(rest).ok_or(Refused::BadPdf)?,
            b'(' => string(rest).ok_or(Refused::BadPdf)?,
            b')' | b'>' | b'{' | b'}' => return Err(Refused::BadPdf),
            b'%' => rest.iter().take_while(|b| !b"\r\n".contains(b)).count(),
            b'[' | b']' => 1,
            _ => rest.iter().take_while(|b| !is_end(**b)).count(),
        };
        if !is_space(byte) && byte != b'%' {
            pieces.push(Piece::Other(byte));
        }
        at += length;
    }
    (depth == 0).then_some(pieces).ok_or(Refused::BadPdf)
}

fn hexadecimal(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|b| *b == b'>')?;
    let digits = &text[1..end];
    let fits = digits.iter().all(|b| b.is_ascii_hexdigit() || is_space(*b));
    fits.then_some(end + 1)
}

/// Length of a string with the strings in it.
fn string(text: &[u8]) -> Option<usize> {
    let (mut open, mut at) = (0_usize, 0);
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'(' => open += 1,
            b')' if open == 1 => return Some(at),
            b')' => open -= 1,
            _ => {}
        }
    }
    None
}
