//! PDFs: taken as they are, if nothing in them runs, opens or carries anything. They are never rendered here.
//!
//! A PDF can hide names in two ways: `#xx` in a name, and objects inside compressed streams. Both are undone before
//! the search. What cannot be looked into is refused.

use super::dictionary::{self, Piece, is_space};
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
    b"Launch",
    b"OpenAction",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
    b"ImportData",
    b"GoToR",
    b"GoToE",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"3DD",
];
/// Names of the same sort that are so short that any picture has them by chance. They count before a value.
const SHORT: &[&[u8]] = &[b"JS", b"AA", b"EF"];
/// Short names of filters, which some readers take in every stream.
const SHORT_FILTERS: &[&[u8]] = &[
    b"Fl", b"AHx", b"A85", b"LZW", b"RL", b"CCF", b"DCT", b"Crypt",
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

/// Looks at every name, in strings and pictures too: readers find objects wherever the table says they are.
fn names(bytes: &[u8]) -> Result<(), Refused> {
    let mut rest = bytes;
    while let Some(place) = rest.iter().position(|b| *b == b'/') {
        rest = &rest[place + 1..];
        let (name, length) = dictionary::name(rest);
        if name == b"Encrypt" {
            return Err(Refused::LockedPdf);
        }
        let behind = &rest[length..];
        let short = SHORT.contains(&name.as_slice()) && has_value(behind);
        if name == b"OpenAction" && is_list(behind) {
            // A list is a page to open at, never an action (ISO 32000-1, 7.7.2); office programs write it always.
            continue;
        }
        if short || ACTIVE.contains(&name.as_slice()) {
            return Err(Refused::ActivePdf);
        }
    }
    Ok(())
}

/// Whether what follows a name can be a string, a dictionary, a reference, or a remark before one of them.
fn has_value(behind: &[u8]) -> bool {
    let value = behind.iter().find(|b| !is_space(**b));
    value.is_some_and(|b| b.is_ascii_digit() || b"(<+%".contains(b))
}

/// Whether a list follows.
fn is_list(behind: &[u8]) -> bool {
    behind.iter().find(|b| !is_space(**b)) == Some(&b'[')
}

/// Looks into every stream that may hold objects, and refuses one that it cannot look into.
fn streams(bytes: &[u8]) -> Result<(), Refused> {
    let (mut from, mut unpacked, mut count) = (0, 0, 0);
    // Every word is looked at, in what seems to be another stream too, because only the reader knows where one ends.
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
        let Some(pieces) = dictionary::before_stream(&bytes[..at])? else {
            continue;
        };
        if !is_packed(&pieces)? {
            continue;
        }
        let data = &bytes[from..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let objects = inflated(data).ok_or(Refused::BadPdf)?;
        unpacked += objects.len();
        if unpacked > ALL_UNPACKED_MAX {
            return Err(Refused::BadPdf);
        }
        names(&objects)?;
    }
    Ok(())
}

/// Whether a stream with that dictionary holds objects that are packed. Pictures and fonts hold none, and what a page
/// draws runs nothing. Readers go by `N` and `First` where the type is missing.
fn is_packed(dictionary: &[Piece]) -> Result<bool, Refused> {
    let names = || {
        dictionary.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_slice()),
            Piece::Other(_) => None,
        })
    };
    let has = |wanted: &[u8]| names().any(|name| name == wanted);
    let untyped = has(b"N") && has(b"First");
    if !has(b"ObjStm") && !untyped {
        return Ok(false);
    }
    let filter = |piece: &Piece| matches!(piece, Piece::Name(n) if n == b"Filter" || n == b"F");
    let Some(at) = dictionary.iter().position(filter) else {
        // Not packed: the search through the whole file has seen it.
        return Ok(false);
    };
    // One filter, named here and not elsewhere, that leaves the text in one piece.
    let first = dictionary[at + 1..]
        .iter()
        .find(|p| **p != Piece::Other(b'['));
    let is_first = first == Some(&Piece::Name(b"FlateDecode".to_vec()));
    let filters = names().filter(|n| n.ends_with(b"Decode") || SHORT_FILTERS.contains(n));
    let alone = filters.count() == 1 && dictionary.iter().filter(|p| filter(p)).count() == 1;
    match is_first && alone && !has(b"DecodeParms") && !has(b"DP") {
        true => Ok(true),
        false => Err(Refused::ActivePdf),
    }
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
