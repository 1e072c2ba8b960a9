//! PDFs: taken as they are, if nothing in them runs, opens or carries anything. They are never rendered here.
//!
//! A PDF can hide names in two ways: `#xx` in a name, and objects inside compressed streams. Both are undone before
//! the search. What cannot be looked into is refused.

use super::refused::Refused;
use flate2::read::ZlibDecoder;
use std::io::Read;

/// Most bytes that one stream may unpack to for the search, and all together.
const UNPACKED_MAX: usize = 16 << 20;
const ALL_UNPACKED_MAX: usize = 64 << 20;
/// Most streams.
const STREAMS_MAX: usize = 20_000;
/// What may follow `%%EOF`: line ends.
const TAIL_MAX: usize = 64;

/// Names that make a PDF do something or carry something (ISO 32000-1, 12.6, 7.11.4, 13.2, 12.7.8).
const ACTIVE: &[&[u8]] = &[
    b"JavaScript",
    b"JS",
    b"Launch",
    b"OpenAction",
    b"AA",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"EF",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
    b"ImportData",
    b"GoToR",
    b"GoToE",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"3D",
];

/// Refuses what is active, locked, damaged, or has something behind its end.
pub fn check(bytes: &[u8]) -> Result<(), Refused> {
    if !bytes.starts_with(b"%PDF-1.") && !bytes.starts_with(b"%PDF-2.") {
        return Err(Refused::BadPdf);
    }
    let end = rfind(bytes, b"%%EOF").ok_or(Refused::BadPdf)?;
    let tail = &bytes[end + 5..];
    if tail.len() > TAIL_MAX || !tail.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused::BadPdf);
    }
    if rfind(bytes, b"startxref").is_none() {
        return Err(Refused::BadPdf);
    }
    names(bytes)?;
    streams(bytes)
}

/// Looks at every name.
fn names(bytes: &[u8]) -> Result<(), Refused> {
    let mut rest = bytes;
    while let Some(place) = rest.iter().position(|b| *b == b'/') {
        rest = &rest[place + 1..];
        let length = rest.iter().position(|b| is_end(*b)).unwrap_or(rest.len());
        let name = plain(&rest[..length.min(127)]);
        if name == b"Encrypt" {
            return Err(Refused::LockedPdf);
        }
        if ACTIVE.contains(&name.as_slice()) {
            return Err(Refused::ActivePdf);
        }
    }
    Ok(())
}

/// White space or a delimiter (ISO 32000-1, 7.2.2).
fn is_end(b: u8) -> bool {
    matches!(b, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ') || b"()<>[]{}/%".contains(&b)
}

/// A name without its `#xx`.
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

/// Looks into every stream that may hold objects, and refuses one that it cannot look into.
fn streams(bytes: &[u8]) -> Result<(), Refused> {
    let mut from = 0;
    let mut unpacked = 0;
    let mut count = 0;
    while let Some(place) = find(&bytes[from..], b"stream") {
        let at = from + place;
        from = at + 6;
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        count += 1;
        if count > STREAMS_MAX {
            return Err(Refused::BadPdf);
        }
        let data = &bytes[from..];
        let data = data
            .strip_prefix(b"\r\n")
            .or(data.strip_prefix(b"\n"))
            .unwrap_or(data);
        let end = find(data, b"endstream").ok_or(Refused::BadPdf)?;
        let data = &data[..end];
        from += end;
        let dictionary = dictionary(&bytes[..at]);
        if !holds_objects(dictionary) {
            continue;
        }
        let objects = unpack(dictionary, data)?;
        unpacked += objects.len();
        if unpacked > ALL_UNPACKED_MAX {
            return Err(Refused::BadPdf);
        }
        names(&objects)?;
    }
    Ok(())
}

/// The text before a stream, back to the beginning of its object.
fn dictionary(before: &[u8]) -> &[u8] {
    let window = &before[before.len().saturating_sub(4096)..];
    rfind(window, b" obj").map_or(window, |at| &window[at..])
}

/// Object streams and cross references hold names; pictures and fonts hold none, and what a page draws runs nothing.
fn holds_objects(dictionary: &[u8]) -> bool {
    let mut rest = dictionary;
    while let Some(place) = rest.iter().position(|b| *b == b'/') {
        rest = &rest[place + 1..];
        let length = rest.iter().position(|b| is_end(*b)).unwrap_or(rest.len());
        if plain(&rest[..length.min(127)]) == b"ObjStm" {
            return true;
        }
    }
    false
}

fn unpack(dictionary: &[u8], data: &[u8]) -> Result<Vec<u8>, Refused> {
    let has = |name: &[u8]| find(dictionary, name).is_some();
    if has(b"/DecodeParms") || (has(b"/Filter") && !has(b"/FlateDecode")) {
        return Err(Refused::ActivePdf);
    }
    if !has(b"/Filter") {
        return Ok(data.to_vec());
    }
    let end = data.iter().rposition(|b| !b.is_ascii_whitespace());
    let trimmed = end.map_or(data, |end| &data[..=end]);
    // The end of line before `endstream` is no part of the data, but may look like it.
    [trimmed, data]
        .into_iter()
        .find_map(inflated)
        .ok_or(Refused::BadPdf)
}

/// At most [`UNPACKED_MAX`] bytes; none where it is damaged or larger.
fn inflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = ZlibDecoder::new(data).take(UNPACKED_MAX as u64 + 1);
    reader.read_to_end(&mut bytes).ok()?;
    (bytes.len() <= UNPACKED_MAX).then_some(bytes)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|w| w == wanted)
}

fn rfind(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).rposition(|w| w == wanted)
}
