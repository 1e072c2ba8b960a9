//! QR text ↔ COSE token: Base45 and zlib.

use crate::base45;
use crate::inflate::{InflateError, Inflated, MAX_INFLATED, inflate};

/// Longest text: what the largest QR symbol holds in alphanumeric mode (version 40, ECC L).
pub const MAX_TEXT: usize = 4296;

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAToken {
    /// Longer than any QR.
    TooLong,
    /// Not Base45; position in bytes from 0.
    Base45(usize),
    /// Not a zlib stream.
    Zlib,
    /// It would inflate to more than 64 KiB.
    TooLarge,
}

/// Undoes Base45 and zlib.
pub fn unpack(text: &str) -> Result<Inflated, NotAToken> {
    if text.len() > MAX_TEXT {
        return Err(NotAToken::TooLong);
    }
    let bytes = base45::decode(text).map_err(|e| NotAToken::Base45(e.position))?;
    inflate(&bytes, MAX_INFLATED).map_err(|e| match e {
        InflateError::NotZlib => NotAToken::Zlib,
        InflateError::TooLarge => NotAToken::TooLarge,
    })
}

#[cfg(feature = "hold")]
pub use hold::pack_compressed;
#[cfg(feature = "issue")]
pub use issue::{deflate, pack};

#[cfg(feature = "issue")]
mod issue {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;
    use flate2::{Compress, Compression, FlushCompress, Status};

    /// zlib level 9 in one stream.
    pub fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1000 + 64);
        let mut z = Compress::new(Compression::best(), true);
        let status = z.compress_vec(bytes, &mut out, FlushCompress::Finish);
        assert!(
            matches!(status, Ok(Status::StreamEnd)),
            "the buffer holds even what does not compress"
        );
        out
    }

    /// The QR text of a token, in the canonical zlib form.
    pub fn pack(token: &[u8]) -> String {
        pack_compressed(token, &deflate(token))
    }
}

#[cfg(feature = "hold")]
mod hold {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// The QR text of a token that was compressed with any tool: where that stored bytes as they are, or left the
    /// canonical zlib form otherwise, the fixed Huffman code writes them.
    pub fn pack_compressed(token: &[u8], compressed: &[u8]) -> String {
        let inflated = inflate(compressed, MAX_INFLATED);
        if inflated.is_ok_and(|inflated| inflated.canonical && inflated.bytes == token) {
            return base45::encode(compressed);
        }
        base45::encode(&fixed_literals(token))
    }

    /// One block of literals in the fixed Huffman code (RFC 1951 §3.2.6).
    fn fixed_literals(bytes: &[u8]) -> Vec<u8> {
        let mut out = alloc::vec![0x78, 0xda];
        let (mut buffer, mut count) = (0b011u32, 3u32);
        let mut push = |out: &mut Vec<u8>, code: u32, length: u32| {
            // Huffman codes go most significant bit first.
            buffer |= (code.reverse_bits() >> (32 - length)) << count;
            count += length;
            while count >= 8 {
                out.push(buffer as u8);
                buffer >>= 8;
                count -= 8;
            }
        };
        for &byte in bytes {
            match byte {
                0..=143 => push(&mut out, 0x30 + u32::from(byte), 8),
                144.. => push(&mut out, 0x190 + u32::from(byte) - 144, 9),
            }
        }
        push(&mut out, 0, 7);
        push(&mut out, 0, 7);
        // The second push above only flushed the last bits; drop a byte it filled with padding alone.
        let bits = 3
            + bytes
                .iter()
                .map(|b| if *b < 144 { 8 } else { 9 })
                .sum::<usize>()
            + 7;
        out.truncate(2 + bits.div_ceil(8));
        out.extend_from_slice(&crate::inflate::adler32(bytes).to_be_bytes());
        out
    }
}
