//! Whether a picture is there to its end, before anything is decoded. Decoders fill up what is missing with grey and
//! unpack text that nobody will see; neither may happen to a paper of a citizen.

use super::refused::Refused;

/// Chunks of a PNG that make its dots, and the one that says which way is up.
const DOTS: [&[u8; 4]; 6] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"];
/// Largest `eXIf`: what a segment of a JPEG holds.
const EXIF_MAX: usize = 65_536;

/// Refuses a JPEG whose end mark is missing.
pub fn jpeg(bytes: &[u8]) -> Result<(), Refused> {
    let mut at = 2;
    loop {
        let rest = bytes.get(at..).ok_or(Refused::Damaged)?;
        let [0xff, marker, ..] = *rest else {
            return Err(Refused::Damaged);
        };
        at += match marker {
            0xd9 => return Ok(()),
            // Fill bytes before a marker.
            0xff => 1,
            // Marks without a length.
            0x01 | 0xd0..=0xd8 => 2,
            _ => {
                let [_, _, high, low, ..] = *rest else {
                    return Err(Refused::Damaged);
                };
                let segment = 2 + usize::from(u16::from_be_bytes([high, low]));
                match marker {
                    0xda => segment + scan(rest.get(segment..).ok_or(Refused::Damaged)?)?,
                    _ => segment,
                }
            }
        };
    }
}

/// Length of what is packed behind the start of a scan, up to the next marker.
fn scan(packed: &[u8]) -> Result<usize, Refused> {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7);
    let end = packed.windows(2).position(is_marker);
    end.ok_or(Refused::Damaged)
}

/// A PNG of nothing but the chunks that make its dots; refused where one is cut short.
pub fn png(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let (signature, mut rest) = bytes.split_at_checked(8).ok_or(Refused::Damaged)?;
    let mut kept = signature.to_vec();
    loop {
        let (head, _) = rest.split_first_chunk::<8>().ok_or(Refused::Damaged)?;
        let [a, b, c, d, name @ ..] = *head;
        // Length, name and check sum stand around the content.
        let length = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12);
        let (chunk, behind) = rest.split_at_checked(length).ok_or(Refused::Damaged)?;
        let wanted = DOTS.contains(&&name) && (&name != b"eXIf" || length <= EXIF_MAX);
        if wanted {
            kept.extend_from_slice(chunk);
        }
        if &name == b"IEND" {
            return Ok(kept);
        }
        rest = behind;
    }
}
